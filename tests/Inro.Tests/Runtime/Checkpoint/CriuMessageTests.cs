using Inro.Runtime.Checkpoint;
using Xunit;

namespace Inro.Tests.Runtime.Checkpoint;

public sealed class CriuMessageTests
{
    [Fact]
    public void A_request_is_written_byte_for_byte_as_protocol_buffers_have_it()
    {
        // criu_req { type = DUMP; opts = { images_dir_fd = 300; pid = 7; log_level = 4; log_file = "d"; notify_scripts; manage_cgroups; mode = DEFAULT; empty_ns = NEWNET; orphan_pts_master } }
        byte[] expected = Convert.FromHexString("0801" + "121C" + "08AC02" + "1007" + "4804" + "520164" + "6001" + "C00101" + "900206" + "B0028080808004" + "900301");

        byte[] written = CriuRequest.Of(CriuRequestKind.Dump, new CriuOptions { Images = 300, Pid = 7, LogFile = "d", Choices = new CheckpointOptions { EmptyNamespaces = 0x40000000 } });

        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(written));
    }

    [Fact]
    public void What_is_not_asked_for_is_not_in_a_request()
    {
        Dictionary<int, List<byte[]>> fields = Options(new CriuOptions { Images = 3, LogFile = "log" });

        Assert.Equal([1, 9, 10, 12, 24, 34, 38, 50], fields.Keys.Order());
    }

    [Fact]
    public void Every_choice_has_its_field()
    {
        Dictionary<int, List<byte[]>> fields = Options(new CriuOptions
        {
            Images = 3, WorkDirectory = 4, LogFile = "log", Pid = 5, Root = "/root", ParentImages = "../p", FreezeCgroup = "/f", ConfigFile = "/c", LsmProfile = "apparmor:x", LsmMountContext = "ctx",
            IsRestore = true, NetworkLock = 2, StatusDescriptor = 9, Mounts = [("/data", "/src")], CgroupRoots = [("", "/c1")], Inherited = [("pipe:[7]", 1)], External = ["net[5]:extRootNetNS"], Joined = [("ipc", "/proc/1/ns/ipc")],
            Choices = new CheckpointOptions
            {
                LeaveRunning = true, ExternalUnixSockets = true, TcpEstablished = true, ShellJob = true, FileLocks = true, PageServer = new CriuPageServer("::1", 27), AutoDedup = true, LinkRemap = true,
                TcpSkipInFlight = true, LazyPages = true, CgroupsMode = CriuCgroupsMode.Strict,
            },
        });

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 23, 24, 25, 26, 27, 34, 37, 38, 39, 44, 46, 48, 49, 50, 51, 53, 63, 64], fields.Keys.Order());
        Assert.Equal("0A 03 3A 3A 31 10 1B", Hex(fields[11][0]));
        Assert.Equal("0A 05 2F 64 61 74 61 12 04 2F 73 72 63", Hex(fields[23][0]));
        Assert.Equal("0A 00 12 03 2F 63 31", Hex(fields[25][0])); // v2 has no controllers, and the field is required
        Assert.Equal("0A 08 70 69 70 65 3A 5B 37 5D 10 01", Hex(fields[27][0]));
    }

    [Fact]
    public void A_pre_dump_tracks_memory_without_a_parent_too()
    {
        Assert.Contains(15, Options(new CriuOptions { Images = 3, LogFile = "log", Choices = new CheckpointOptions { PreDump = true } }).Keys);
    }

    [Fact]
    public void Answers_are_read()
    {
        CriuResponse version = CriuResponse.Parse(Convert.FromHexString("080A" + "1001" + "5206" + "0803" + "1011" + "2001"));
        CriuResponse notice = CriuResponse.Parse(Convert.FromHexString("0806" + "1001" + "2A10" + "0A0C706F73742D726573746F7265" + "102A"));
        CriuResponse failed = CriuResponse.Parse(Convert.FromHexString("0801" + "1000" + "38F3FFFFFFFFFFFFFFFF01" + "4A026E6F"));
        CriuResponse restored = CriuResponse.Parse(Convert.FromHexString("0802" + "1001" + "220308B960"));
        CriuResponse features = CriuResponse.Parse(Convert.FromHexString("0809" + "1001" + "4204" + "0801" + "1000"));

        Assert.Equal((CriuRequestKind.Version, true, 31701), (version.Kind, version.IsSuccess, version.Version));
        Assert.Equal((CriuRequestKind.Notify, "post-restore", 42), (notice.Kind, notice.Script, notice.Pid));
        Assert.Equal((false, -13, "no"), (failed.IsSuccess, failed.Errno, failed.Message));
        Assert.Equal((CriuRequestKind.Restore, 12345), (restored.Kind, restored.Pid));
        Assert.Equal((true, false), (features.TracksMemory, features.HasLazyPages));
    }

    [Theory]
    [InlineData("08")] // a key without a value
    [InlineData("2A05AA")] // a message longer than what is there
    [InlineData("2AFFFFFFFFFFFFFFFFFF01")] // a length of 2^64 - 1
    [InlineData("0BFF")] // a group, which nobody writes any more
    [InlineData("FFFFFFFFFFFFFFFFFFFFFF")] // a key without an end
    [InlineData("0000")] // field 0
    public void A_message_that_is_cut_off_or_malformed_is_refused(string hex) =>
        Assert.Throws<InvalidDataException>(() => CriuResponse.Parse(Convert.FromHexString(hex)));

    private static Dictionary<int, List<byte[]>> Options(CriuOptions options)
    {
        var fields = new Dictionary<int, List<byte[]>>();
        var reader = new ProtobufReader(options.Write().Bytes);
        while (reader.Next())
        {
            if (!fields.TryGetValue(reader.Field, out List<byte[]>? values)) { fields[reader.Field] = values = []; }

            values.Add(reader.Bytes.ToArray());
        }

        return fields;
    }

    private static string Hex(byte[] bytes) => string.Join(' ', bytes.Select(static b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
}
