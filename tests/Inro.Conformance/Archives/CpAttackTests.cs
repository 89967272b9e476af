using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Archives;

/// <summary>A container that swaps paths while it is copied to and from (CVE-2018-15664), or lays traps for what reads it: nothing of the host is read or written.</summary>
public sealed class CpAttackTests
{
    private const int Rounds = 40;

    [KernelTheory(Instance.Usual)]
    [InlineData("")]
    [InlineData("--userns=auto")]
    public void A_container_that_swaps_a_directory_and_a_link_gets_and_gives_nothing_of_the_host(string flag)
    {
        using Instance inro = Instance.WithBusybox();
        string victim = inro.Beside("victim");
        Directory.CreateDirectory(victim + "/sub");
        File.WriteAllText(victim + "/sub/secret", "the host's");
        File.WriteAllText(victim + "/secret", "the host's");
        UnixFileMode before = File.GetUnixFileMode(victim + "/secret");
        Directory.CreateDirectory(inro.Beside("in/sub"));
        File.WriteAllText(inro.Beside("in/sub/new"), "new");
        File.WriteAllText(inro.Beside("in/secret"), "written");
        string swap = $"mkdir -p /x/sub /t; echo mine >/x/secret; echo mine >/x/sub/secret; while :; do mv /x /y; ln -s {victim} /x; rm /x; mv /y /x; " +
            $"mv /x/sub /t/sub; ln -s {victim}/sub /x/sub; rm -f /x/sub; mv /t/sub /x/sub; done";
        inro.Ok([.. ((string[])["run", "-d", flag, "--name", "web", "busybox", "sh", "-c", swap]).Where(static w => w.Length > 0)]);

        for (int round = 0; round < Rounds; round++)
        {
            inro.Run("cp", inro.Beside("in/."), "web:/x");
            inro.Run("cp", inro.Beside("in/secret"), "web:/x/sub/");
            Directory.CreateDirectory(inro.Beside("out"));
            inro.Run("cp", "web:/x/.", inro.Beside("out"));
            inro.Run("cp", "-L", "web:/x/secret", inro.Beside("out/followed"));
            foreach (string file in Directory.EnumerateFiles(inro.Beside("out"), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                Assert.DoesNotContain("the host's", File.ReadAllText(file), StringComparison.Ordinal);
            }

            Tool.Run("rm", ["-rf", inro.Beside("out")], TimeSpan.FromSeconds(10)).Ok();
        }

        Assert.Equal(["secret", "sub"], Directory.EnumerateFileSystemEntries(victim).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(victim + "/sub").Select(Path.GetFileName));
        Assert.Equal("the host's", File.ReadAllText(victim + "/secret"));
        Assert.Equal("the host's", File.ReadAllText(victim + "/sub/secret"));
        Assert.Equal(before, File.GetUnixFileMode(victim + "/secret"));
    }

    [KernelFact(Instance.Usual)]
    public void Links_of_a_container_lead_to_its_own_files_and_its_fifos_hold_nobody_up()
    {
        using Instance inro = Instance.WithBusybox();
        File.WriteAllText(inro.Beside("file"), "new");
        inro.Ok("run", "-d", "--name", "web", "busybox", "sh", "-c",
            "mkdir /traps; cd /traps; mkfifo fifo; ln -s /etc/shadow abs; ln -s ../../../../../../etc/shadow up; ln -s /proc/self/root root; ln -s /proc/1/root one; touch /ready; exec sleep 1000");
        Instance.WaitFor(() => inro.Run("exec", "web", "test", "-e", "/ready").ExitCode == 0, "the traps are not laid");

        inro.Ok("cp", "web:/traps", inro.Beside("out"));
        ToolResult shadow = inro.Run("cp", "-L", "web:/traps/abs", inro.Beside("shadow"));
        ToolResult up = inro.Run("cp", "-L", "web:/traps/up", inro.Beside("shadow"));
        ToolResult root = inro.Run("cp", "web:/traps/root/etc/passwd", inro.Beside("passwd"));
        ToolResult one = inro.Run("cp", inro.Beside("file"), "web:/traps/one/written");

        Assert.Equal((1, 1), (shadow.ExitCode, up.ExitCode)); // the image has none
        Assert.False(File.Exists(inro.Beside("shadow")));
        Assert.Equal((1, 1), (root.ExitCode, one.ExitCode)); // no link of /proc that leads to an object
        Assert.False(File.Exists("/written"));
        Assert.Equal("/etc/shadow", new FileInfo(inro.Beside("out/abs")).LinkTarget);
    }
}
