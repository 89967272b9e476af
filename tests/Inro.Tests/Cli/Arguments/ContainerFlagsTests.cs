using Inro.Cli.Arguments;
using Inro.Engine.Containers;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

/// <summary>Every flag of run and create changes the member of the configuration that it is for.</summary>
public sealed class ContainerFlagsTests
{
    /// <summary>A flag as typed, and the member that must have the value afterwards.</summary>
    public static TheoryData<string, string> Rows => new()
    {
        { "--annotation a=b", "Annotations a=b" },
        { "-a stdout", "AttachStdout True" },
        { "--cap-add NET_ADMIN --cap-add ALL", "CapabilitiesAdded NET_ADMIN,ALL" },
        { "--cap-drop MKNOD", "CapabilitiesDropped MKNOD" },
        { "--cgroup-conf memory.high=1", "CgroupFiles memory.high=1" },
        { "--cgroup-parent /x", "CgroupParent /x" },
        { "--cgroupns host", "CgroupNamespace host" },
        { "--cpu-period 100000", "CpuPeriodMicroseconds 100000" },
        { "--cpu-quota 50000", "CpuQuotaMicroseconds 50000" },
        { "-c 512", "CpuShares 512" },
        { "--cpus 1.5", "NanoCpus 1500000000" },
        { "--cpuset-cpus 0-1", "CpusetCpus 0-1" },
        { "--cpuset-mems 0", "CpusetMems 0" },
        { "--detach-keys ctrl-x", "DetachKeys ctrl-x" },
        { "--device /dev/fuse:r", "Devices DeviceRequest { HostPath = /dev/fuse, ContainerPath = /dev/fuse, Permissions = r }" },
        { "--entrypoint /bin/sh", "Entrypoint /bin/sh" },
        { "-e A=1 --env B=2", "Environment A=1,B=2" },
        { "--group-add audio", "Groups audio" },
        { "-h web", "Hostname web" },
        { "-i", "OpenStdin True" },
        { "--ipc host", "IpcMode host" },
        { "--ipc container:web", "IpcMode container:web" },
        { "--ipc shareable", "IpcMode shareable" },
        { "--add-host db:10.0.0.1", "ExtraHosts db:10.0.0.1" },
        { "--blkio-weight 300", "BlkioWeight 300" },
        { "--blkio-weight-device /dev/sda:200", "BlkioWeightDevices DeviceRate { Path = /dev/sda, Value = 200 }" },
        { "--cpu-rt-period 1000", "CpuRealtimePeriodMicroseconds 1000" },
        { "--cpu-rt-runtime 950", "CpuRealtimeRuntimeMicroseconds 950" },
        { "--device-read-bps /dev/sda:1mb", "DeviceReadBytesPerSecond DeviceRate { Path = /dev/sda, Value = 1048576 }" },
        { "--device-read-iops /dev/sda:10", "DeviceReadOperationsPerSecond DeviceRate { Path = /dev/sda, Value = 10 }" },
        { "--device-write-bps /dev/sda:2", "DeviceWriteBytesPerSecond DeviceRate { Path = /dev/sda, Value = 2 }" },
        { "--device-write-iops /dev/sda:20", "DeviceWriteOperationsPerSecond DeviceRate { Path = /dev/sda, Value = 20 }" },
        { "--dns 1.1.1.1", "Dns 1.1.1.1" },
        { "--dns-option ndots:1", "DnsOptions ndots:1" },
        { "--dns-search example.org", "DnsSearch example.org" },
        { "--domainname example.org", "DomainName example.org" },
        { "--expose 80-81 --expose 53/udp", "ExposedPorts 80/tcp,81/tcp,53/udp" },
        { "--health-on-failure kill", "HealthOnFailure kill" },
        { "--init", "Init True" },
        { "--ip 10.0.0.2", "Address 10.0.0.2" },
        { "--ip6 fd00::2", "Address6 fd00::2" },
        { "--isolation default", "Isolation default" },
        { "--link db:database", "Links db:database" },
        { "--link-local-ip 169.254.1.1", "LinkLocalAddresses 169.254.1.1" },
        { "--mac-address 92:d0:c6:0a:29:33", "MacAddress 92:d0:c6:0a:29:33" },
        { "--network container:web", "NetworkMode container:web" },
        { "--network-alias db", "NetworkAliases db" },
        { "--pid container:web", "PidMode container:web" },
        { "-p 8080:80", "PublishedPorts 8080:80" },
        { "-P", "PublishAllPorts True" },
        { "--requires db,cache --requires auth", "Requires db,cache,auth" },
        { "--restart on-failure:3", "Restart RestartPolicy { Name = on-failure, MaximumRetries = 3 }" },
        { "--runtime runc", "Runtime runc" },
        { "-l a=b --label c", "Labels a=b,c=" },
        { "--log-driver json-file", "LogDriver json-file" },
        { "--log-opt max-size=1m --log-opt max-file=3", "LogOptions max-size=1m,max-file=3" },
        { "-m 512m", "MemoryBytes 536870912" },
        { "--memory-reservation 256m", "MemoryReservationBytes 268435456" },
        { "--memory-swap -1", "MemorySwapBytes -1" },
        { "--memory-swappiness 10", "MemorySwappiness 10" },
        { "--name web", "Name web" },
        { "--network host", "NetworkMode host" },
        { "--net none", "NetworkMode none" },
        { "--oom-kill-disable", "OomKillDisable True" },
        { "--oom-score-adj 100", "OomScoreAdjust 100" },
        { "--pid host", "PidMode host" },
        { "--pids-limit 64", "PidsLimit 64" },
        { "--platform linux/amd64", "Platform linux/amd64" },
        { "--privileged", "Privileged True" },
        { "--read-only", "ReadOnlyRootfs True" },
        { "--rm", "AutoRemove True" },
        { "--security-opt no-new-privileges --security-opt seccomp=unconfined", "SecurityOptions no-new-privileges,seccomp=unconfined" },
        { "--secret key,type=env,target=KEY", "Secrets SecretRequest { Name = key, IsVariable = True, Target = KEY, UserId = 0, GroupId = 0, Mode = 292, Path = /run/secrets/KEY }" },
        { "--shm-size 128m", "ShmSizeBytes 134217728" },
        { "--stop-signal INT", "StopSignal INT" },
        { "--stop-timeout 3", "StopTimeoutSeconds 3" },
        { "--sysctl net.ipv4.ip_forward=1", "Sysctls net.ipv4.ip_forward=1" },
        { "-t", "Tty True" },
        { "--ulimit nofile=5:6", "ResourceLimits ResourceLimit { Name = nofile, Soft = 5, Hard = 6 }" },
        { "--umask 027", "Umask 23" },
        { "--unsetenv A --unsetenv B -e C=1", "Environment A,B,C=1" },
        { "--unsetenv-all", "ClearsEnvironment True" },
        { "-u 1000:1000", "User 1000:1000" },
        { "--userns private", "UserNamespace private" },
        { "--userns keep-id:uid=5", "UserNamespace keep-id:uid=5" },
        { "--uts host", "UtsMode host" },
        { "--storage-opt size=1g", "StorageOptions size=1g" },
        { "--volume-driver other", "VolumeDriver other" },
        { "--volumes-from a --volumes-from b:ro", "VolumesFrom a,b:ro" },
        { "-w /tmp", "WorkingDirectory /tmp" },
        { "--chrootdirs /jail/,/other", "ChrootDirectories /jail,/other" },
        { "--conmon-pidfile /x/shim.pid", "ShimPidFile /x/shim.pid" },
        { "--dns none", "LeavesResolver True" },
        { "--env-merge A=${A}b", "EnvironmentMerges A=${A}b" },
        { "--gidmap 0:7:9 --uidmap 0:5", "UserNamespace map:uidmapping=0:5,gidmapping=0:7:9" },
        { "--group-entry g:x:$GID:", "GroupEntry g:x:$GID:" },
        { "--health-max-log-count 9", "HealthLogCount 9" },
        { "--health-max-log-size 7", "HealthLogBytes 7" },
        { "--hosts-file image", "HostsBase image" },
        { "--hostuser games --hostuser 5", "HostUsers games,5" },
        { "--image-volume ignore", "ImageVolumes ignore" },
        { "--init-path /bin/sh", "InitProgram /bin/sh" },
        { "--no-hostname", "LeavesHostname True" },
        { "--no-hosts", "LeavesHosts True" },
        { "--passwd=false", "NamesUser False" },
        { "--passwd", "NamesUser True" },
        { "--passwd-entry u:*:$UID:0::/:/bin/sh", "PasswdEntry u:*:$UID:0::/:/bin/sh" },
        { "--personality linux32", "Personality LINUX32" },
        { "--pidfile /x/pid", "PidFile /x/pid" },
        { "--arch arm --os linux --variant v6", "Platform linux/arm/v6" },
        { "--rdt-class gold", "ResourceClass gold" },
        { "--timeout 60", "RunSeconds 60" },
        { "--uidmap 0:30000:7000", "UserNamespace map:uidmapping=0:30000:7000,gidmapping=0:30000:7000" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_flag_changes_its_member(string line, string expected)
    {
        string[] parts = expected.Split(' ', 2);

        ContainerConfig config = Read(line + " image");

        object? value = typeof(ContainerConfig).GetProperty(parts[0])!.GetValue(config);
        Assert.Equal(parts[1], Show(value));
        object? before = typeof(ContainerConfig).GetProperty(parts[0])!.GetValue(Read("-d image"));
        Assert.NotEqual(parts[1], Show(before));
    }

    [Fact]
    public void Every_flag_has_a_row_or_a_test_of_its_own()
    {
        FlagTable table = Table(out _);
        string[] elsewhere = ["env-host", "replace", "tz", "use-api-socket", "cidfile", "env-file", "label-file", "mount", "volume", "tmpfs", "pull", "quiet", "device-cgroup-rule", "health-cmd", "health-interval", "health-retries", "health-start-interval", "health-start-period", "health-timeout", "no-healthcheck", "cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops", "kernel-memory", "disable-content-trust", "net", "dns-opt", "gpus", "net-alias", "authfile", "cert-dir", "creds", "tls-verify", "retry", "retry-delay", "cgroups", "health-log-destination", "health-startup-cmd", "health-startup-interval", "health-startup-retries", "health-startup-success", "health-startup-timeout", "http-proxy", "read-only-tmpfs", "sdnotify", "seccomp-policy", "subgidname", "subuidname"];
        string all = string.Join(' ', Rows.Select(static r => r.Data.Item1));

        string[] missing = [.. table.Flags
            .Where(f => !elsewhere.Contains(f.Name, StringComparer.Ordinal))
            .Where(f => !$" {all} ".Contains($"--{f.Name} ", StringComparison.Ordinal) && (f.Letter == '\0' || !$" {all} ".Contains($" -{f.Letter} ", StringComparison.Ordinal)))
            .Select(static f => f.Name)];

        Assert.Empty(missing);
    }

    [Fact]
    public void Operands_are_the_image_and_the_command()
    {
        ContainerConfig config = Read("-i busybox sh -c x");
        Assert.Equal("busybox", config.Image);
        Assert.Equal(["sh", "-c", "x"], config.Command!);
        Assert.Null(Read("busybox").Command);
    }

    [Fact]
    public void An_empty_entrypoint_resets_the_images() => Assert.Empty(Read("--entrypoint= image").Entrypoint!);

    [Theory]
    [InlineData("image", false, true, true, false)]
    [InlineData("-i image", true, true, true, true)]
    [InlineData("-d image", false, false, false, false)]
    [InlineData("-di image", false, false, false, false)]
    [InlineData("-a stderr image", false, false, true, false)]
    [InlineData("-i -a stdin image", true, false, false, true)]
    public void Streams_are_attached_unless_detached(string line, bool stdin, bool stdout, bool stderr, bool once)
    {
        ContainerConfig config = Read(line);
        Assert.Equal((stdin, stdout, stderr, once), (config.AttachStdin, config.AttachStdout, config.AttachStderr, config.StdinOnce));
    }

    [Theory]
    [InlineData("--pull sometimes image")]
    [InlineData("--oom-score-adj 1001 image")]
    [InlineData("--memory-swappiness 101 image")]
    [InlineData("--log-driver none --log-opt max-size=1m image")]
    [InlineData("--security-opt label=disable image")]
    [InlineData("--security-opt seccomp=/does/not/exist image")]
    [InlineData("--detach-keys ctrl-? image")]
    [InlineData("--restart sometimes image")]
    [InlineData("--restart always --rm image")]
    [InlineData("-p 80:x image")]
    [InlineData("--cpu-count 1 image")]
    [InlineData("--io-maxiops 1 image")]
    [InlineData("--kernel-memory 1m image")]
    [InlineData("--isolation hyperv image")]
    [InlineData("--blkio-weight 5 image")]
    [InlineData("--no-healthcheck --health-cmd x image")]
    [InlineData("--health-on-failure pray image")]
    [InlineData("--health-timeout 10us image")]
    [InlineData("--add-host x image")]
    [InlineData("--ip x image")]
    [InlineData("--mac-address x image")]
    [InlineData("--expose 90-80 image")]
    [InlineData("-d -a stdout image")]
    [InlineData("--arch arm --platform linux/arm image")]
    [InlineData("--cgroups disabled image")]
    [InlineData("--chrootdirs jail image")]
    [InlineData("--env-merge A image")]
    [InlineData("--health-startup-retries 3 image")]
    [InlineData("--health-startup-cmd x --no-healthcheck image")]
    [InlineData("--hosts-file /no/such/file image")]
    [InlineData("--no-hosts --add-host a:1.2.3.4 image")]
    [InlineData("--passwd-entry a\nb image")]
    [InlineData("--personality linux64 image")]
    [InlineData("--rdt-class ../x image")]
    [InlineData("--sdnotify container image")]
    [InlineData("--seccomp-policy image image")]
    [InlineData("--subuidname nobody-has-this-name image")]
    [InlineData("--timeout -1 image")]
    [InlineData("--uidmap 0:1:2 --userns auto image")]
    [InlineData("--uidmap +0:1:2 image")]
    public void What_is_not_there_is_refused(string line) => Assert.Throws<UsageException>(() => Read(line));

    [Fact]
    public void A_health_check_is_put_together_from_its_flags()
    {
        HealthCheck check = Read("--health-cmd ok --health-interval 1m --health-timeout 2s --health-start-period 3s --health-start-interval 100ms --health-retries 4 image").Health!;

        Assert.Equal(["CMD-SHELL", "ok"], check.Test);
        Assert.Equal(
            (60_000_000_000, 2_000_000_000, 3_000_000_000, 100_000_000, 4),
            (check.IntervalNanoseconds, check.TimeoutNanoseconds, check.StartPeriodNanoseconds, check.StartIntervalNanoseconds, check.Retries));
        Assert.Equal(["NONE"], Read("--no-healthcheck image").Health!.Test);
        Assert.Null(Read("image").Health);
    }

    [Fact]
    public void A_startup_check_is_put_together_from_its_flags()
    {
        StartupCheck check = Read("--health-startup-cmd ok --health-startup-interval 1m --health-startup-timeout 2s --health-startup-retries 4 --health-startup-success 3 image").Startup!;

        Assert.Equal(["CMD-SHELL", "ok"], check.Test);
        Assert.Equal((60_000_000_000, 2_000_000_000, 4, 3), (check.IntervalNanoseconds, check.TimeoutNanoseconds, check.Retries, check.Successes));
    }

    [Fact]
    public void A_read_only_container_gets_places_to_write_where_nothing_else_was_asked_for() =>
        Assert.Equal(["/tmp", "/run", "/var/tmp"], Read("--read-only --read-only-tmpfs --tmpfs /tmp image").Mounts.Select(static m => m.Target));

    [Fact]
    public void Places_to_write_need_a_read_only_container() => Assert.Empty(Read("--read-only-tmpfs image").Mounts);

    [Fact]
    public void Proxies_come_from_this_commands_environment_and_are_overruled_by_name()
    {
        var flags = new ContainerFlags(static name => name is "http_proxy" or "NO_PROXY" ? name + "!" : null);
        FlagTable table = new();
        flags.AddTo(table);
        ParsedArguments parsed = ArgumentReader.Read(table, ["--http-proxy", "-e", "NO_PROXY=mine", "image"], flagsAfterOperands: false);

        Assert.Equal(["http_proxy=http_proxy!", "NO_PROXY=NO_PROXY!", "NO_PROXY=mine"], flags.ToConfig(parsed.Operands, isDetached: false).Environment);
    }

    private static FlagTable Table(out ContainerFlags flags)
    {
        flags = new ContainerFlags(static _ => null);
        FlagTable table = new();
        flags.AddTo(table);
        return table;
    }

    private static ContainerConfig Read(string line)
    {
        bool detached = false;
        FlagTable table = Table(out ContainerFlags flags).Switch("detach", 'd', "", v => detached = v);
        ParsedArguments parsed = ArgumentReader.Read(table, line.Split(' '), flagsAfterOperands: false);
        return flags.ToConfig(parsed.Operands, detached);
    }

    private static string Show(object? value) => value switch
    {
        null => "",
        string text => text,
        IReadOnlyDictionary<string, string> map => string.Join(',', map.Select(static e => $"{e.Key}={e.Value}")),
        System.Collections.IEnumerable list => string.Join(',', list.Cast<object>()),
        _ => value.ToString()!,
    };
}
