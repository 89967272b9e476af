using System.Text;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.KernelTests.HarnessTests;

public sealed class ToolTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public void Input_output_error_and_status_come_through_as_bytes()
    {
        byte[] input = [0, 255, 10, 128];

        ToolResult result = Tool.Run("sh", ["-c", "cat; printf oops >&2; exit 7"], Deadline, new ToolOptions { Input = input });

        Assert.Equal(7, result.ExitCode);
        Assert.Equal(input, result.OutputBytes);
        Assert.Equal("oops", result.Error);
    }

    [Fact]
    public void More_input_than_the_program_wants_is_no_error()
    {
        Tool.Run("true", [], Deadline, new ToolOptions { Input = new byte[1 << 20] }).Ok();
    }

    [Fact]
    public void A_deadline_ends_the_program_and_what_it_started()
    {
        using var leaks = LeakCheck.Begin();

        TimeoutException late = Assert.Throws<TimeoutException>(() =>
            Tool.Run("sh", ["-c", "echo begun; sleep 300 & wait"], TimeSpan.FromMilliseconds(300)));

        Assert.Contains("begun", late.Message, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Busybox | Needs.Root)]
    public void The_busybox_rootfs_starts_a_shell_and_its_applets()
    {
        using TempDir rootfs = TestRootfs.Busybox();

        ToolResult result = Tool.Run("chroot", [rootfs.Path, "/bin/sh", "-c", "id -un; wc -c < /etc/os-release | tr -d ' '"], Deadline,
            new ToolOptions { Environment = new Dictionary<string, string> { ["PATH"] = "/bin" } }).Ok();

        Assert.StartsWith("root\n", Encoding.ASCII.GetString(result.OutputBytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_with_names_that_are_not_UTF8_is_removed()
    {
        string path;
        using (TempDir directory = TempDir.Create())
        {
            path = directory.Path;
            Tool.Run("sh", ["-c", """touch "$(printf 'a\377b')" && mkdir -m 000 closed"""], Deadline, new ToolOptions { WorkingDirectory = path }).Ok();
        }

        Assert.False(Directory.Exists(path));
    }
}
