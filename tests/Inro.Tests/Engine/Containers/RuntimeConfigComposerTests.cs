using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Health;
using Inro.Engine.Volumes;
using Inro.Linux.Capabilities;
using Inro.Runtime.Resources;
using Inro.Spec.Image;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Golden rows by field: what a request becomes in config.json.</summary>
public sealed class RuntimeConfigComposerTests
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly ContainerConfig Plain = new() { Image = "box", NetworkMode = "none" };

    private static readonly ContainerDefaults Image = new() { Cmd = ["sh"], Env = ["PATH=/bin", "LANG=C"] };

    public static TheoryData<string[]?, string[]?, string[]?, string[]?, string> Commands => new()
    {
        { null, null, null, ["sh"], "sh" },
        { null, null, ["/init"], ["a", "b"], "/init a b" },
        { null, ["x"], ["/init"], ["a"], "/init x" },
        { ["/mine"], null, ["/init"], ["a"], "/mine" },          // the image's arguments belong to its entry point
        { ["/mine"], ["x"], ["/init"], ["a"], "/mine x" },
        { [], ["x"], ["/init"], ["a"], "x" },
        { [""], ["x"], ["/init"], null, "x" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_is_entry_point_and_arguments(string[]? entrypoint, string[]? command, string[]? imageEntrypoint, string[]? imageCommand, string expected)
    {
        ComposedContainer made = Compose(Plain with { Entrypoint = entrypoint, Command = command }, new() { Entrypoint = imageEntrypoint, Cmd = imageCommand });
        Assert.Equal(expected, string.Join(' ', made.Config.Process!.Args));
    }

    [Fact]
    public void Nothing_to_run_is_refused() =>
        Assert.Equal("no command specified", Assert.Throws<EngineException>(() => Compose(Plain with { Entrypoint = [] }, Image)).Problem);

    [Theory]
    [InlineData("", false, "PATH=/bin HOSTNAME=0123456789ab LANG=C HOME=/root")]
    [InlineData("", true, "PATH=/bin HOSTNAME=0123456789ab TERM=xterm LANG=C HOME=/root")]
    [InlineData("A=1 LANG=de", false, "PATH=/bin HOSTNAME=0123456789ab A=1 LANG=de HOME=/root")]
    [InlineData("LANG", false, "PATH=/bin HOSTNAME=0123456789ab HOME=/root")]
    [InlineData("HOME=/x A=", false, "PATH=/bin HOSTNAME=0123456789ab HOME=/x A= LANG=C")]
    [InlineData("HOSTNAME=h", false, "PATH=/bin HOSTNAME=h LANG=C HOME=/root")]
    public void Environment_is_merged(string asked, bool tty, string expected) =>
        Assert.Equal(expected, string.Join(' ', Compose(Plain with { Environment = Words(asked), Tty = tty }, Image).Config.Process!.Env));

    [Fact]
    public void Image_without_path_gets_the_default() => Assert.Equal(DefaultPath, Compose(Plain, new() { Cmd = ["sh"] }).Config.Process!.Env[0]);

    [Theory]
    [InlineData(null, null, "/")]
    [InlineData(null, "/srv", "/srv")]
    [InlineData("/tmp", "/srv", "/tmp")]
    public void Working_directory_is_chosen(string? asked, string? image, string expected) =>
        Assert.Equal(expected, Compose(Plain with { WorkingDirectory = asked }, Image with { WorkingDir = image }).Config.Process!.Cwd);

    [Fact]
    public void Relative_working_directory_is_refused() => Assert.Throws<EngineException>(() => Compose(Plain with { WorkingDirectory = "tmp" }, Image));

    [Fact]
    public void Default_container_has_dockers_shape()
    {
        RuntimeConfig config = Compose(Plain, Image).Config;

        Assert.Equal("mount network uts pid ipc", string.Join(' ', config.Linux!.Namespaces.Select(n => n.Type)));
        Assert.Equal(CapabilitySet.DockerDefault.ToNames(), config.Process!.Capabilities!.Bounding);
        Assert.Equal(config.Process.Capabilities.Bounding, config.Process.Capabilities.Effective);
        Assert.Empty(config.Process.Capabilities.Inheritable);
        Assert.Equal("0123456789ab", config.Hostname);
        Assert.Equal("/inro/" + Id, config.Linux.CgroupsPath);
        Assert.Equal(SeccompFilterCache.DefaultProfile, config.Annotations[SeccompFilterCache.ProfileAnnotation]);
        Assert.Contains("/proc/kcore", config.Linux.MaskedPaths);
        Assert.Equal(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"], config.Linux.ReadonlyPaths);
        Assert.Equal(new DeviceRule(false, null, null, null, "rwm"), config.Linux.Resources!.Devices[0]);
        Assert.Null(config.Linux.Resources.Memory);
        Assert.Equal("0", config.Linux.Sysctl["net.ipv4.ip_unprivileged_port_start"]);
        Assert.False(config.Process.NoNewPrivileges);
        Assert.Equal(
            "/proc /dev /dev/pts /sys /sys/fs/cgroup /dev/mqueue /dev/shm /etc/resolv.conf /etc/hostname /etc/hosts",
            string.Join(' ', config.Mounts.Select(m => m.Destination)));
        Assert.Contains("ro", config.Mounts.Single(m => m.Destination == "/sys").Options);
        Assert.Contains("size=67108864", config.Mounts.Single(m => m.Destination == "/dev/shm").Options);
    }

    [Fact]
    public void Privileged_container_has_everything()
    {
        RuntimeConfig config = Compose(Plain with { Privileged = true }, Image).Config;

        Assert.Equal(Host.Capabilities.ToNames(), config.Process!.Capabilities!.Bounding);
        Assert.Empty(config.Linux!.MaskedPaths);
        Assert.Empty(config.Linux.ReadonlyPaths);
        Assert.False(config.Annotations.ContainsKey(SeccompFilterCache.ProfileAnnotation));
        Assert.Equal([new DeviceRule(true, null, null, null, "rwm")], config.Linux.Resources!.Devices);
        Assert.Contains(config.Linux.Devices, d => d is { Path: "/dev/null", Major: 1, Minor: 3 });
        Assert.DoesNotContain("ro", config.Mounts.Single(m => m.Destination == "/sys").Options);
    }

    public static TheoryData<ContainerConfig, string> Modes => new()
    {
        { Plain with { NetworkMode = "host" }, "mount uts pid ipc" },
        { Plain with { PidMode = "host", IpcMode = "host", UtsMode = "host" }, "mount network" },
        { Plain with { CgroupNamespace = "private" }, "mount network uts pid ipc cgroup" },
        { Plain with { UserNamespace = "private" }, "user mount network uts pid ipc" },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void Namespaces_follow_the_modes(ContainerConfig config, string expected) =>
        Assert.Equal(expected, string.Join(' ', Compose(config, Image).Config.Linux!.Namespaces.Select(n => n.Type)));

    [Fact]
    public void Cgroup_namespace_is_private_where_v2_is_alone() =>
        Assert.Contains("cgroup", RuntimeConfigComposer.Compose(Request(Plain, Image) with { Host = Host with { IsPureCgroupV2 = true } }).Config.Linux!.Namespaces.Select(n => n.Type));

    [Fact]
    public void Memory_of_a_joined_ipc_namespace_takes_the_place_of_the_own_one()
    {
        RuntimeConfig config = RuntimeConfigComposer.Compose(Request(Plain with { IpcMode = "container:abc" }, Image) with { JoinedNamespaces = new Dictionary<string, string> { ["ipc"] = "/proc/7/ns/ipc" }, SharedMemory = "/run/place" }).Config;

        Assert.Equal("/proc/7/ns/ipc", config.Linux!.Namespaces.Single(n => n.Type == "ipc").Path);
        Assert.Equal(("bind", "/run/place"), config.Mounts.Where(m => m.Destination == "/dev/shm").Select(m => (m.Type, m.Source)).Single());
    }

    [Fact]
    public void User_namespace_maps_ids_and_shows_our_files_with_them()
    {
        RuntimeConfig config = Compose(Plain with { UserNamespace = "auto" }, Image).Config;

        IdMapping mapping = Assert.Single(config.Linux!.UidMappings);
        Assert.Equal((0u, 65536u), (mapping.ContainerId, mapping.Size));
        Assert.InRange(mapping.HostId, 1u << 30, 1u << 31);
        Assert.Equal(config.Linux.UidMappings, config.Mounts.Single(m => m.Destination == "/etc/hosts").UidMappings);
    }

    [Fact]
    public void Sysfs_is_borrowed_where_the_network_is_the_hosts_in_a_user_namespace() =>
        Assert.Equal("bind", Compose(Plain with { UserNamespace = "private", NetworkMode = "host" }, Image).Config.Mounts.Single(m => m.Destination == "/sys").Type);

    [Fact]
    public void Users_mounts_take_the_place_of_default_ones_and_parents_come_first()
    {
        ResolvedMount[] mounts =
        [
            new() { Kind = MountKind.Bind, Source = "/s/deep", Target = "/data/a/b", ReadOnly = true },
            new() { Kind = MountKind.Volume, Source = "/v/_data", Target = "/data", VolumeName = "v" },
            new() { Kind = MountKind.Bind, Source = "/s/hosts", Target = "/etc/hosts", Propagation = "rslave", NonRecursive = true },
            new() { Kind = MountKind.Tmpfs, Source = "", Target = "/dev/shm", Options = ["size=5m", "exec"] },
        ];
        RuntimeConfig config = RuntimeConfigComposer.Compose(Request(Plain, Image) with { Mounts = mounts }).Config;

        Assert.Equal(
            "/proc /dev /dev/pts /sys /sys/fs/cgroup /dev/mqueue /data /etc/resolv.conf /etc/hostname /etc/hosts /dev/shm /data/a/b",
            string.Join(' ', config.Mounts.Select(m => m.Destination)));
        Assert.Equal("rbind ro rro rprivate", string.Join(' ', config.Mounts[^1].Options));
        Assert.Equal("bind rslave", string.Join(' ', config.Mounts.Single(m => m.Destination == "/etc/hosts").Options));
        Assert.Equal("nosuid nodev size=5m exec", string.Join(' ', config.Mounts.Single(m => m.Destination == "/dev/shm").Options));
        Assert.Equal("slave", config.Linux!.RootfsPropagation);
    }

    public static TheoryData<ContainerConfig, MemoryResources?, CpuResources?, long?> Limits => new()
    {
        { Plain with { MemoryBytes = 64 << 20 }, new() { Limit = 64 << 20, Swap = 128 << 20 }, null, null },
        { Plain with { MemoryBytes = 64 << 20, MemorySwapBytes = -1, PidsLimit = 7 }, new() { Limit = 64 << 20, Swap = -1 }, null, 7 },
        { Plain with { NanoCpus = 1_500_000_000, PidsLimit = -1 }, null, new() { Period = 100_000, Quota = 150_000 }, null },
        { Plain with { NanoCpus = 10_000_000, CpuShares = 5, CpusetCpus = "0" }, null, new() { Period = 100_000, Quota = 1_000, Shares = 5, Cpus = "0" }, null },
        { Plain with { MemoryReservationBytes = 5, OomKillDisable = true }, new() { Reservation = 5, DisableOomKiller = true }, null, null },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Limits_become_resources(ContainerConfig config, MemoryResources? memory, CpuResources? cpu, long? pids)
    {
        LinuxResources resources = Compose(config, Image).Config.Linux!.Resources!;
        Assert.Equal(memory, resources.Memory);
        Assert.Equal(cpu, resources.Cpu);
        Assert.Equal(pids, resources.Pids?.Limit);
    }

    [Fact]
    public void Swap_limit_that_the_kernel_has_not_is_left_out_with_a_warning()
    {
        ComposeRequest request = Request(Plain with { MemoryBytes = 64 << 20, MemorySwapBytes = 65 << 20 }, Image);
        ComposedContainer made = RuntimeConfigComposer.Compose(request with { Host = Host with { HasSwapLimit = false } });

        Assert.Null(made.Config.Linux!.Resources!.Memory!.Swap);
        Assert.Single(made.Warnings);
    }

    public static TheoryData<ContainerConfig, string> Refusals => new()
    {
        { Plain with { MemoryBytes = 4 << 20 }, "Minimum memory limit allowed is 6MB" },
        { Plain with { MemorySwapBytes = 5 }, "always set the Memory limit" },
        { Plain with { NanoCpus = 1, CpuQuotaMicroseconds = 5 }, "conflicting options" },
        { Plain with { CapabilitiesAdded = ["FOO"] }, "invalid CapAdd: unknown capability: \"CAP_FOO\"" },
        { Plain with { CapabilitiesDropped = ["FOO"] }, "invalid CapDrop: unknown capability: \"CAP_FOO\"" },
        { Plain with { CapabilitiesAdded = ["SYS_RESOURCE"] }, "CAP_SYS_RESOURCE cannot be added" },
        { Plain with { SecurityOptions = ["nonsense"] }, "invalid --security-opt" },
        { Plain with { SecurityOptions = ["apparmor=mine"] }, "AppArmor is not enabled" },
        { Plain with { SecurityOptions = ["label=type:x"] }, "SELinux is not enabled" },
        { Plain with { SecurityOptions = ["seccomp={"] }, "seccomp profile cannot be read" },
        { Plain with { DeviceCgroupRules = ["c 1:3"] }, "invalid device cgroup format" },
        { Plain with { DeviceCgroupRules = ["c 1:3:4 r"] }, "invalid device cgroup format" },
        { Plain with { Devices = [new("/dev/inro-none", "/dev/x", "rwm")] }, "error gathering device information" },
        { Plain with { ExtraHosts = ["db:nowhere"] }, "invalid IP address in add-host" },
        { Plain with { PidMode = "container:abc" }, "cannot be joined" },
        { Plain with { IpcMode = "container:abc" }, "the ipc namespace of container:abc cannot be joined" },
        { Plain with { IpcMode = "container:abc", UserNamespace = "auto" }, "cannot be combined with --userns auto" },
        { Plain with { UtsMode = "host", Hostname = "x" }, "conflicting options" },
        { Plain with { UserNamespace = "keep-id" }, "keep-id is only supported in rootless mode" },
        { Plain with { UserNamespace = "container:x" }, "invalid user mode" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Request_is_refused_with_the_reason(ContainerConfig config, string why) =>
        Assert.Contains(why, Assert.Throws<EngineException>(() => Compose(config, Image)).Problem, StringComparison.Ordinal);

    [Fact]
    public void Security_options_are_kept()
    {
        string profile = """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mount"],"action":"SCMP_ACT_ERRNO","excludes":{"caps":["CAP_SYS_ADMIN"]}},{"name":"chroot","action":"SCMP_ACT_KILL","includes":{"arches":["s390x"]}}]}""";
        RuntimeConfig config = Compose(Plain with { SecurityOptions = ["no-new-privileges", "seccomp=" + profile, "systempaths=unconfined"] }, Image).Config;

        Assert.True(config.Process!.NoNewPrivileges);
        Assert.Equal("mount", Assert.Single(config.Linux!.Seccomp!.Syscalls).Names.Single());
        Assert.Empty(config.Annotations);
        Assert.Empty(config.Linux.MaskedPaths);
        Assert.Null(Compose(Plain with { SecurityOptions = ["seccomp:unconfined"] }, Image).Config.Linux!.Seccomp);
    }

    [Fact]
    public void Image_cannot_choose_the_filter_through_an_annotation() =>
        Assert.Empty(Compose(Plain with { SecurityOptions = ["seccomp=unconfined"], Annotations = new Dictionary<string, string> { ["inro.seccomp"] = "other" } }, Image).Config.Annotations);

    [Fact]
    public void Device_of_the_host_is_made_and_allowed()
    {
        LinuxConfig linux = Compose(Plain with { Devices = [new("/dev/full", "/dev/mine", "r")], DeviceCgroupRules = ["c 10:* rw"] }, Image).Config.Linux!;

        Assert.Contains(linux.Devices, d => d is { Path: "/dev/mine", Type: "c", Major: 1, Minor: 7 });
        Assert.Equal([new DeviceRule(true, "c", 1, 7, "r"), new DeviceRule(true, "c", 10, null, "rw")], linux.Resources!.Devices.TakeLast(2));
    }

    [Fact]
    public void Names_and_servers_are_written_as_docker_writes_them()
    {
        ComposedContainer made = Compose(Plain with { Hostname = "web", ExtraHosts = ["db:10.0.0.7", "six:[::2]"] }, Image);

        Assert.Equal("web\n", File(made, "hostname"));
        Assert.Equal(
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n10.0.0.7\tdb\n::2\tsix\n",
            File(made, "hosts"));
        Assert.Equal("nameserver 192.0.2.1\nsearch example.org\noptions ndots:1\n", File(made, "resolv.conf"));
        Assert.Equal(Host.ResolvConf, File(Compose(Plain with { NetworkMode = "host" }, Image), "resolv.conf"));
        Assert.Equal("nameserver 127.0.0.1\n", File(Compose(Plain with { Dns = ["127.0.0.1"], DnsSearch = ["."], DnsOptions = [] }, Image), "resolv.conf").Replace("options ndots:1\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_the_network_stay_the_images_or_stand_in_a_jail_too()
    {
        ComposedContainer made = Compose(Plain with { LeavesHosts = true, LeavesResolver = true, ChrootDirectories = ["/jail"] }, Image);

        Assert.Equal("hostname", Assert.Single(made.Files).Name);
        Assert.Equal(["/etc/hostname", "/jail/etc/hostname"], made.Config.Mounts.Where(static m => m.Source == "/b/hostname").Select(static m => m.Destination).Order(StringComparer.Ordinal));
        Assert.Equal("10.0.0.7\tdb\n", File(Compose(Plain with { HostsBase = "none", ExtraHosts = ["db:10.0.0.7"] }, Image), "hosts"));
    }

    [Fact]
    public void A_user_whose_id_is_kept_gets_lines_and_a_home()
    {
        var account = new HostAccount("me", 4000, 4000, "/home/me");
        ComposeRequest request = Request(Plain with { WorkingDirectory = "/work" }, Image) with { KeptUser = "4321:4322", KeptAccount = account };

        ComposedContainer made = RuntimeConfigComposer.Compose(request);
        ComposedContainer mounted = RuntimeConfigComposer.Compose(request with { Mounts = [new ResolvedMount { Kind = MountKind.Bind, Source = "/home", Target = "/home" }] });

        Assert.EndsWith("\nme:*:4321:4322:me:/work:/bin/sh\n", File(made, "passwd"), StringComparison.Ordinal);
        Assert.EndsWith("\nme:x:4322:me\n", File(made, "group"), StringComparison.Ordinal);
        Assert.Contains("HOME=/work", made.Config.Process!.Env);
        Assert.Contains("HOME=/home/me", mounted.Config.Process!.Env);
        Assert.Contains(made.Config.Mounts, static m => m is { Destination: "/etc/passwd", Source: "/b/passwd" });
        Assert.DoesNotContain(RuntimeConfigComposer.Compose(request with { Config = Plain with { NamesUser = false } }).Files, static f => f.Name == "passwd");
        Assert.DoesNotContain(Compose(Plain with { NamesUser = true, User = "0" }, Image).Files, static f => f.Name == "passwd");
    }

    [Fact]
    public void A_check_of_the_start_needs_one_that_follows()
    {
        var startup = new StartupCheck { Test = ["CMD-SHELL", "tcp:80"], Retries = 4 };

        HealthPlan plan = Compose(Plain with { Startup = startup, Health = new Inro.Engine.Containers.HealthCheck { Test = ["CMD", "ok"] }, HealthLogCount = 0, HealthLogBytes = 9 }, Image).Health!;

        Assert.Equal(("tcp:80", 4, 1), (plan.Startup!.Address, plan.Startup.Retries, plan.Startup.Successes));
        Assert.Equal((HealthRecord.MaxResults, 9), (plan.KeptResults, plan.KeptOutput));
        Assert.Throws<EngineException>(() => Compose(Plain with { Startup = startup }, Image));
    }

    [Theory]
    [InlineData(null, null, "SIGTERM")]
    [InlineData(null, "SIGQUIT", "SIGQUIT")]
    [InlineData("9", "SIGQUIT", "9")]
    public void Stop_signal_is_chosen(string? asked, string? image, string expected) =>
        Assert.Equal(expected, Compose(Plain with { StopSignal = asked }, Image with { StopSignal = image }).StopSignal);

    private static HostFacts Host { get; } = new()
    {
        Capabilities = CapabilitySet.Known.Except(CapabilitySet.Of(Capability.SysResource)),
        IsPureCgroupV2 = false, HasSwapLimit = true, HasAppArmor = false, HasSelinux = false, Hostname = "host",
        ResolvConf = "# by hand\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nsearch example.org\noptions ndots:1\n",
        Hosts = "127.0.0.1 localhost host\n",
    };

    private static ComposeRequest Request(ContainerConfig config, ContainerDefaults image) => new()
    {
        Config = config, Id = Id, Image = image, Bundle = "/b", Rootfs = FakeRootfs.Debian, CgroupsPath = "/inro/" + Id, Host = Host,
        IdMappings = UserNamespaceMode.Parse(config.UserNamespace, isRootful: true).TakesRange ? new([new(0, 1u << 30, 65536)], [new(0, 1u << 30, 65536)]) : null,
    };

    private static ComposedContainer Compose(ContainerConfig config, ContainerDefaults image) => RuntimeConfigComposer.Compose(Request(config, image));

    private static string File(ComposedContainer made, string name) => made.Files.Single(f => f.Name == name).Content;

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
