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
        { "-u 1000:1000", "User 1000:1000" },
        { "--userns private", "UserNamespace private" },
        { "--uts host", "UtsMode host" },
        { "--volume-driver other", "VolumeDriver other" },
        { "--volumes-from a --volumes-from b:ro", "VolumesFrom a,b:ro" },
        { "-w /tmp", "WorkingDirectory /tmp" },
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
        string[] elsewhere = ["cidfile", "env-file", "label-file", "mount", "volume", "tmpfs", "pull", "quiet", "device-cgroup-rule"];
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
    [InlineData("--network bridge image")]
    [InlineData("--pull sometimes image")]
    [InlineData("--oom-score-adj 1001 image")]
    [InlineData("--memory-swappiness 101 image")]
    [InlineData("--log-driver syslog image")]
    [InlineData("--log-opt tag=x image")]
    [InlineData("--security-opt label=disable image")]
    [InlineData("--security-opt seccomp=/does/not/exist image")]
    [InlineData("--detach-keys ctrl-? image")]
    [InlineData("-p 80:80 image")]
    [InlineData("--restart always image")]
    [InlineData("-d -a stdout image")]
    public void What_is_not_there_is_refused(string line) => Assert.Throws<UsageException>(() => Read(line));

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
