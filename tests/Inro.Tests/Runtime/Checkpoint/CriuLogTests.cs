using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Runtime.Checkpoint;
using Xunit;

namespace Inro.Tests.Runtime.Checkpoint;

public sealed class CriuLogTests
{
    [Fact]
    public void The_first_error_of_a_log_is_the_reason_and_control_characters_do_not_come_through()
    {
        string path = Directory.CreateTempSubdirectory("inro-log").FullName;
        File.WriteAllText(path + "/dump.log", "(00.1) fine\n(00.2) Error (criu/mount.c:1): first\u001b[2J\n(00.3) Error (criu/cr-dump.c:2): Dumping FAILED.\n");
        File.CreateSymbolicLink(path + "/link.log", path + "/dump.log");
        using DirFd directory = DirFd.Open(path);

        Assert.Equal("Error (criu/mount.c:1): first?[2J", CriuLog.FirstError(directory, "dump.log"));
        Assert.Equal("", CriuLog.FirstError(directory, "none.log"));
        Assert.Equal("", CriuLog.FirstError(directory, "link.log"));
        Directory.Delete(path, recursive: true);
    }

    [Theory]
    [InlineData("Error (criu/vdso.c:9): no vDSO\n", "Error (criu/vdso.c:9): no vDSO")]
    [InlineData("something\nelse\n", "else")]
    [InlineData("", "")]
    public void What_was_said_last_is_the_reason_otherwise(string text, string expected) => Assert.Equal(expected, CriuLog.LastError(text));

    [Theory]
    [InlineData("nosuch-criu", "executable file not found in $PATH")]
    [InlineData("/nosuch/criu", "/nosuch/criu is no program")]
    public void Without_criu_it_is_said_what_to_do(string name, string text)
    {
        var refused = Assert.Throws<RuntimeException>(() => CriuProgram.Open(name));

        Assert.Contains(text, refused.Message, StringComparison.Ordinal);
        Assert.Contains("install criu", refused.Remedy, StringComparison.Ordinal);
    }
}
