using Inro.Cli.Verbs.Oci;
using Inro.Runtime.Checkpoint;
using Xunit;

namespace Inro.Tests.Cli.Oci;

public sealed class CheckpointFlagsTests
{
    [Fact]
    public void Every_flag_is_taken()
    {
        CheckpointFlags given = Read("--image-path /i --work-path w --parent-path ../p --leave-running --tcp-established --tcp-skip-in-flight --link-remap --ext-unix-sk --shell-job --lazy-pages "
            + "--page-server 10.0.0.1:27 --file-locks --pre-dump --manage-cgroups-mode full --empty-ns network --auto-dedup id");

        Assert.Equal("/i", given.Criu.Images);
        Assert.Equal(Path.GetFullPath("w"), given.Criu.WorkDirectory);
        Assert.Equal("../p", given.ParentImages);
        Assert.Equal(new CheckpointOptions
        {
            LeaveRunning = true, TcpEstablished = true, TcpSkipInFlight = true, LinkRemap = true, ExternalUnixSockets = true, ShellJob = true, LazyPages = true, FileLocks = true, PreDump = true, AutoDedup = true,
            PageServer = new CriuPageServer("10.0.0.1", 27), CgroupsMode = CriuCgroupsMode.Full, EmptyNamespaces = 0x40000000,
        }, given.Criu.Options);
    }

    [Fact]
    public void Without_flags_images_lie_beside_the_caller_and_networks_are_left_out()
    {
        CheckpointFlags given = Read("id");

        Assert.Equal(Path.GetFullPath("checkpoint"), given.Criu.Images);
        Assert.Equal(new CheckpointOptions { EmptyNamespaces = 0x40000000 }, given.Criu.Options);
        Assert.Null(given.Status());
    }

    [Theory]
    [InlineData("--page-server 10.0.0.1", "Use --page-server ADDRESS:PORT to specify page server")]
    [InlineData("--page-server :27", "Use --page-server ADDRESS:PORT to specify page server")]
    [InlineData("--page-server a:0", "Invalid port number")]
    [InlineData("--page-server a:65536", "Invalid port number")]
    [InlineData("--manage-cgroups-mode hard", "Invalid manage-cgroups-mode value")]
    [InlineData("--empty-ns pid", "namespace \"pid\" is not supported")]
    [InlineData("--nosuch", "flag provided but not defined: -nosuch")]
    [InlineData("--console-socket s", "flag provided but not defined: -console-socket")]
    public void What_cannot_be_is_refused(string line, string text) => Assert.Equal(text, Assert.Throws<OciUsageException>(() => Read(line)).Message);

    [Theory]
    [InlineData("/p", "--parent-path must be relative")]
    [InlineData("nosuch", "invalid --parent-path: /nosuch-images/nosuch is no directory")]
    public void A_parent_must_be_there(string parent, string text) =>
        Assert.Equal(text, Assert.Throws<OciUsageException>(() => Read($"--image-path /nosuch-images --parent-path {parent} id").CheckParent()).Message);

    [Fact]
    public void An_address_in_brackets_is_one_of_version_6() =>
        Assert.Equal(new CriuPageServer("fe80::1", 9), Read("--page-server [fe80::1]:9 id").Criu.Options.PageServer);

    private static CheckpointFlags Read(string line)
    {
        var flags = new OciFlags("checkpoint", line.Split(' '));
        return CheckpointFlags.Read(ref flags);
    }
}
