using System.Buffers.Binary;
using System.Text;
using Inro.Engine.Logs;
using Inro.Engine.Shim;
using Inro.Linux.Terminals;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Shim;

public sealed class ShimProtocolTests
{
    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        var message = new ShimMessage
        {
            Kind = ShimMessageKind.Started,
            Version = 1,
            Stdin = true,
            Commits = true,
            Size = new WindowSize(24, 80),
            ExecId = "abc",
            Pid = 42,
            StartTime = ulong.MaxValue,
            BootId = "boot",
            Time = 1_700_000_000_000_000_000,
            ExitCode = 0,
            Problem = "mount /proc: \"EPERM\"",
        };

        Assert.Equal(message, ShimMessageCodec.Decode(ShimMessageCodec.Encode(message)));
    }

    [Fact]
    public void Every_kind_has_a_name_of_its_own()
    {
        foreach (object kind in Enum.GetValues(typeof(ShimMessageKind)))
        {
            Assert.True(ShimMessageKinds.TryParse(ShimMessageKinds.NameOf((ShimMessageKind)kind), out ShimMessageKind parsed));
            Assert.Equal(kind, parsed);
        }
    }

    [Fact]
    public void A_field_of_a_newer_program_is_passed_over() =>
        Assert.Equal(7, ShimMessageCodec.Decode(Packet("""{"kind":"signal","colour":{"deep":[1,2]},"signal":7}"""))!.Signal);

    [Theory]
    [InlineData("""{"kind":"dance"}""")]
    [InlineData("""{"signal":7}""")]
    [InlineData("""{"kind":"signal","signal":"seven"}""")]
    [InlineData("""{"kind":"resize","rows":70000}""")]
    [InlineData("""{"kind":"signal","signal":99999999999}""")]
    [InlineData("""["kind"]""")]
    [InlineData("""{"kind":""")]
    [InlineData("")]
    public void What_is_no_message_is_refused(string json) => Assert.Null(ShimMessageCodec.Decode(Packet(json)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_length_that_is_not_the_packets_is_refused(int length)
    {
        byte[] packet = Packet("""{"kind":"hello"}""");
        BinaryPrimitives.WriteInt32LittleEndian(packet, length);

        Assert.Null(ShimMessageCodec.Decode(packet));
    }

    [Fact]
    public void A_packet_larger_than_any_message_is_refused() =>
        Assert.Null(ShimMessageCodec.Decode(Packet("{\"kind\":\"hello\",\"x\":\"" + new string('x', ShimMessageCodec.MaxMessageBytes) + "\"}")));

    [Fact]
    public void A_long_problem_is_shortened_to_fit() =>
        Assert.NotNull(ShimMessageCodec.Decode(ShimMessageCodec.Encode(new ShimMessage { Kind = ShimMessageKind.Failed, Problem = new string('x', 100_000) })));

    [Theory]
    [InlineData(ShimVersion.Current, true)]
    [InlineData(ShimVersion.Current + 5, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void Peers_of_this_and_newer_versions_are_served(int version, bool served) => Assert.Equal(served, ShimVersion.IsServed(version));

    [Fact]
    public void A_shims_configuration_is_read_as_it_was_written()
    {
        var config = new ShimConfig
        {
            Id = "abc",
            Bundle = "/b",
            RunDirectory = "/r",
            StateDirectory = "/s",
            FilterCache = "/f",
            Terminal = true,
            StdinOpen = true,
            StdinOnce = true,
            OwnsCgroupParent = true,
            Rootfs = new SnapshotMount { Directory = "/d", Lower = ["2/fs", "1/fs"], Upper = "3/fs", Work = "3/work", Kind = SnapshotKind.FuseOverlay },
            Log = new LogSettings { Driver = LogDriver.JsonFile, Path = "/l", MaxFileBytes = 5, MaxFiles = 2, IsCompressed = true, MaxBufferBytes = 7, ContainerId = "abc", Attributes = new Dictionary<string, string> { ["tag"] = "t" } },
            ExitedCommand = ["/usr/bin/inro", "internal", "exited"],
            ShimCgroup = "/inro/shim",
        };

        ShimConfig read = ShimConfigFile.Decode(ShimConfigFile.Encode(config));

        Assert.Equal(config.ExitedCommand, read.ExitedCommand);
        Assert.Equal(config.Rootfs.Lower, read.Rootfs!.Lower);
        Assert.Equal(config.Log.Attributes, read.Log.Attributes);
        Assert.Equal(config, read with { ExitedCommand = config.ExitedCommand, Rootfs = config.Rootfs, Log = read.Log with { Attributes = config.Log.Attributes } });
        Assert.Equal(("3/fs", "3/work", "/d", SnapshotKind.FuseOverlay), (read.Rootfs.Upper, read.Rootfs.Work, read.Rootfs.Directory, read.Rootfs.Kind));
    }

    [Fact]
    public void A_status_is_read_as_it_was_written()
    {
        var status = new ShimStatus
        {
            State = ShimState.Exited,
            Pid = 5,
            StartTime = 6,
            BootId = "b",
            ShimPid = 7,
            StartedAtNanoseconds = 8,
            FinishedAtNanoseconds = 9,
            ExitCode = 137,
            Signal = 9,
            OutOfMemory = true,
            LogBytesLost = 10,
            Problem = "p",
        };

        Assert.Equal(status, ShimStatusFile.Decode(ShimStatusFile.Encode(status)));
    }

    [Theory]
    [InlineData("low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n", 2)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", 1)]
    [InlineData("oom_kill 0\n", 0)]
    [InlineData(null, 0)]
    public void Kills_for_want_of_memory_are_counted_on_both_cgroup_versions(string? text, long count) => Assert.Equal(count, OutOfMemoryCount.In(text));

    private static byte[] Packet(string json)
    {
        byte[] packet = new byte[4 + Encoding.UTF8.GetByteCount(json)];
        Encoding.UTF8.GetBytes(json, packet.AsSpan(4));
        BinaryPrimitives.WriteInt32LittleEndian(packet, packet.Length - 4);
        return packet;
    }
}
