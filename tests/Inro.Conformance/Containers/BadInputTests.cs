using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>What is wrong is named, with a way out and docker's exit codes, and leaves nothing behind.</summary>
public sealed class BadInputTests
{
    [KernelTheory(Instance.Usual)]
    [InlineData("cut", false)]
    [InlineData("cut", true)]
    [InlineData("changed", false)]
    [InlineData("changed", true)]
    [InlineData("empty", false)]
    [InlineData("empty", true)]
    [InlineData("text", false)]
    [InlineData("text", true)]
    public void An_archive_that_is_not_whole_is_refused_and_leaves_nothing(string how, bool fromInput)
    {
        using Instance inro = Instance.Empty();
        string archive = inro.Beside("image.tar");
        byte[] bytes = File.ReadAllBytes(TestImages.Busybox(archive));
        switch (how)
        {
            case "cut": bytes = bytes[..(bytes.Length / 2)]; break;
            case "changed": bytes[bytes.Length / 2] ^= 1; break;
            case "empty": bytes = []; break;
            default: bytes = [.. Enumerable.Repeat("no archive\n"u8.ToArray(), 1000).SelectMany(b => b)]; break;
        }

        File.WriteAllBytes(archive, bytes);
        ToolResult result = fromInput ? InroProcess.Run(["--root", inro.Root, "load"], bytes) : inro.Run("load", "-i", archive);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("inro: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("\ntry: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.Empty(inro.Leavings(layers: 0));
        Assert.Empty(Directory.EnumerateFiles(inro.Root + "/blobs", "*", SearchOption.AllDirectories));
    }

    [KernelFact(Instance.Usual)]
    public void A_layer_that_reaches_out_stays_inside()
    {
        using Instance inro = Instance.Empty();
        string victim = inro.Beside("victim");
        string name = Path.GetFileName(victim);
        TarWriter layer = new TarWriter()
            .Symlink("out", Path.GetDirectoryName(victim)!)
            .File("out/" + name, "through an absolute link")
            .Symlink("up", "../../../../../../../../../../.." + Path.GetDirectoryName(victim))
            .File("up/" + name, "through a relative link")
            .File("../../../../../../../../../../.." + victim, "up the tree")
            .File(victim, "absolute");
        string archive = inro.Beside("image.tar");
        TestImages.BusyboxImage().Layer(layer).WriteLayout(archive);

        ToolResult loaded = inro.Run("load", "-i", archive);

        Assert.False(File.Exists(victim));
        if (loaded.ExitCode != 0)
        {
            Assert.Contains("\ntry: ", loaded.Error, StringComparison.Ordinal); // refusing is right, too, but then wholly
            Assert.Empty(inro.Leavings(layers: 0));
            return;
        }

        Assert.Equal("absolute", inro.Ok("run", "--rm", "busybox", "cat", victim)); // its own file of that name
        Assert.False(File.Exists(victim));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("#!/no/such/interpreter\n", 127, "its interpreter /no/such/interpreter does not exist")]
    [InlineData("#!\n", 126, "")]
    [InlineData("neither program nor script", 126, "ENOEXEC")]
    public void A_program_that_the_kernel_cannot_start_is_named_with_the_reason(string content, int code, string text)
    {
        using Instance inro = Instance.Empty();
        string archive = inro.Beside("image.tar");
        TestImages.BusyboxImage().Layer(new TarWriter().File("prog", content, mode: 0x1ED)).WriteLayout(archive);
        inro.Ok("load", "-i", archive);

        ToolResult result = inro.Run("run", "--rm", "busybox", "/prog");

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(text, result.Error, StringComparison.Ordinal);
        Assert.Contains("/prog", result.Error, StringComparison.Ordinal);
        Assert.Contains("\ntry: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
        Assert.Empty(inro.Leavings(layers: 2));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("run --rm --pull never nosuchimage", 125, "No such image: nosuchimage:latest", "inro load")]
    [InlineData("run --rm Not_A_Reference:", 125, "", "")]
    [InlineData("run --rm --nosuchflag busybox", 125, "unknown flag: --nosuchflag", "See 'inro run --help'")]
    [InlineData("run --rm --memory 12x busybox true", 125, "--memory", "See 'inro run --help'")]
    [InlineData("run --rm --memory 1k busybox true", 125, "Minimum memory limit", "try: ")]
    [InlineData("run --rm --cpuset-cpus 9999 busybox true", 125, "the kernel refused cpuset.cpus ", "try: ")]
    [InlineData("run --rm --user nosuchuser busybox true", 125, "nosuchuser", "try: ")]
    [InlineData("run --rm --workdir relative busybox true", 125, "relative", "try: ")]
    [InlineData("run --rm --device /dev/nosuch busybox true", 125, "/dev/nosuch", "try: ")]
    [InlineData("run --rm --mount type=bind,source=/no/such,target=/x busybox true", 125, "/no/such", "try: ")]
    [InlineData("logs nosuchcontainer", 1, "No such container: nosuchcontainer", "inro ps -a")]
    [InlineData("load -i /no/such/archive", 1, "/no/such/archive", "try: ")]
    public void A_request_that_cannot_be_met_says_which_part_and_what_helps(string line, int code, string problem, string help)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult result = inro.Run(line.Split(' '));

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.Contains(help, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(inro.AllContainers());
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void A_privilege_that_the_engine_lacks_is_named()
    {
        Assert.SkipUnless(Machine.WhyNot(Needs.SysResource) is not null, "needs a machine without CAP_SYS_RESOURCE");
        using Instance inro = Instance.WithBusybox();

        ToolResult result = inro.Run("run", "--rm", "--ulimit", "nofile=2000000000:2000000000", "busybox", "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("RLIMIT_NOFILE", result.Error, StringComparison.Ordinal);
        Assert.Contains("try: raising a hard limit needs CAP_SYS_RESOURCE", result.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Leavings(layers: 1));
    }
}
