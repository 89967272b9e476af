using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>
/// Images for another processor. Interpreters are registered in a user namespace with a binfmt_misc of its own, so that the machine's stay as they are.
/// </summary>
public sealed class ForeignProgramTests
{
    private const string Mount = "set -e; mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc\n";

    /// <summary>Magic and mask of a 64-bit little-endian ELF program, the machine left open.</summary>
    private const string Magic = @"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00";
    private const string Mask = @"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff";

    private static (string Name, byte Machine) Other => Platform.Host.Architecture == "arm64" ? ("amd64", (byte)0x3E) : ("arm64", (byte)0xB7);

    private static string Handler => Other.Name == "arm64" ? "qemu-aarch64" : "qemu-x86_64";

    [KernelFact(OrdinaryUser.Usual)]
    public void With_a_registered_interpreter_it_runs_and_a_warning_tells_whose_it_is()
    {
        Assert.SkipUnless(Machine.Kernel >= new Version(6, 7), "needs a binfmt_misc for each user namespace (Linux 6.7)");
        using OrdinaryUser user = OrdinaryUser.WithImage(Foreign());
        using TempDir work = TempDir.Create();
        File.Copy("/bin/busybox", work / "echo"); // as the interpreter it is given the program's path and arguments, and prints them
        string register = Mount + $@"printf '%s' ':{Handler}:M::{Magic}\x{Other.Machine:x2}\x00:{Mask}:{work / "echo"}:F' >/proc/sys/fs/binfmt_misc/register";

        ToolResult plain = user.RunWhere(register, "run", "--rm", "--network", "none", "foreign:1", "/program", "word");
        ToolResult asked = user.RunWhere(register, "run", "--rm", "--network", "none", "--platform", "linux/" + Other.Name, "foreign:1", "/program", "word");

        Assert.Equal("/program word\n", plain.Ok().Output);
        Assert.Contains($"WARNING: The requested image's platform (linux/{Other.Name}) does not match the detected host platform ({Platform.Host}) and no specific platform was requested", plain.Error, StringComparison.Ordinal);
        Assert.Equal("/program word\n", asked.Ok().Output);
        Assert.DoesNotContain("WARNING", asked.Error, StringComparison.Ordinal);
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("", "no interpreter for", "qemu-user-static")]
    [InlineData("disable", "is disabled", "echo 1 >")]
    public void Without_an_interpreter_it_says_which_one_is_missing(string state, string problem, string remedy)
    {
        Assert.SkipUnless(Machine.Kernel >= new Version(6, 7), "needs a binfmt_misc for each user namespace (Linux 6.7)");
        using OrdinaryUser user = OrdinaryUser.WithImage(Foreign());
        string register = $@"printf '%s' ':{Handler}:M::{Magic}\x{Other.Machine:x2}\x00:{Mask}:/bin/busybox:F' >/proc/sys/fs/binfmt_misc/register; echo 0 >/proc/sys/fs/binfmt_misc/{Handler}";

        ToolResult refused = user.RunWhere(Mount + (state.Length > 0 ? register : ""), "run", "--rm", "--network", "none", "foreign:1", "/program");

        Assert.Equal(126, refused.ExitCode);
        Assert.Contains($"exec format error: the image is for linux/{Other.Name}, this machine is {Platform.Host}", refused.Error, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
        Assert.Empty(user.Leavings());
    }

    [KernelFact(Instance.Usual | Needs.Registry | Needs.Skopeo)]
    public void Run_takes_the_image_of_the_platform_that_it_is_asked_for()
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        TestIndex.Write(inro.Beside("multi"));
        inro.Ok("image", "copy", "-q", "--all", $"oci:{inro.Beside("multi")}:multi", $"docker://{registry.Host}/multi:1");
        string name = registry.Host + "/multi:1";

        inro.Ok("create", "--network", "none", name, "/none");
        string own = inro.Ok("inspect", "--type", "image", "--format", "{{.Architecture}}", name).Trim();
        inro.Ok("create", "--network", "none", "--platform", "linux/arm64", name, "/none"); // the other one is here: it is fetched
        string other = inro.Ok("inspect", "--type", "image", "--format", "{{.Architecture}}", name).Trim();
        ToolResult never = inro.Run("create", "--network", "none", "--pull", "never", "--platform", "linux/amd64", name, "/none");
        ToolResult wrong = inro.Run("create", "--network", "none", "--platform", "a/b/c/d", name, "/none");

        Assert.Equal((Platform.Host.Architecture, "arm64"), (own, other));
        Assert.Equal(125, never.ExitCode);
        Assert.Contains("does not provide the specified platform (linux/amd64)", never.Error, StringComparison.Ordinal);
        Assert.Equal((125, true), (wrong.ExitCode, wrong.Error.Contains("--platform", StringComparison.Ordinal)));
    }

    /// <summary>An image with a program of which nothing but the header is there: whoever interprets it gets its path.</summary>
    private static TestImage Foreign()
    {
        byte[] program = new byte[128];
        byte[] head = [0x7F, .. "ELF"u8, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, Other.Machine, 0, 1];
        head.CopyTo(program, 0);
        return new TestImage { Name = "docker.io/library/foreign:1", Architecture = Other.Name }.Layer(new TarWriter().Directory("proc").Directory("dev").Directory("sys").File("program"u8.ToArray(), program, mode: 0x1ED));
    }
}
