using Xunit;

namespace Inro.Conformance.CommandLine;

/// <summary>Help, usage and exit statuses of the built program; docker's, with the project's form of messages.</summary>
public sealed class UsageTests
{
    public UsageTests() => Assert.SkipUnless(File.Exists(InroProgram.Path), "the program is not built: ./dev build, or name one with INRO_BINARY");

    [Theory]
    [InlineData("run --nosuch x", 125, "inro: unknown flag: --nosuch\nSee 'inro run --help'.\n")]
    [InlineData("run -Z x", 125, "inro: unknown shorthand flag: 'Z' in -Z\nSee 'inro run --help'.\n")]
    [InlineData("run -m 5x i", 125, "inro: invalid argument \"5x\" for \"-m, --memory\" flag: invalid size: '5x'\nSee 'inro run --help'.\n")]
    [InlineData("ps --nosuch", 125, "inro: unknown flag: --nosuch\nSee 'inro ps --help'.\n")]
    [InlineData("--nosuch", 125, "inro: unknown flag: --nosuch\nSee 'inro --help'.\n")]
    [InlineData("nosuch", 1, "inro: unknown command: inro nosuch\nSee 'inro --help'.\n")]
    [InlineData("container nosuch", 1, "inro: unknown command: inro container nosuch\nSee 'inro --help'.\n")]
    public void A_line_that_cannot_be_read_is_explained(string line, int status, string error)
    {
        InroProgram.Answer answer = InroProgram.Run(line.Split(' '));

        Assert.Equal((status, "", error), (answer.Status, answer.Output, answer.Error));
    }

    [Theory]
    [InlineData("run", "\"inro run\" requires at least 1 argument")]
    [InlineData("exec x", "\"inro exec\" requires at least 2 arguments")]
    [InlineData("ps x", "\"inro ps\" accepts no arguments")]
    [InlineData("logs", "\"inro logs\" requires at least 1 argument")]
    [InlineData("rename a", "\"inro rename\" requires exactly 2 arguments")]
    public void A_wrong_number_of_operands_shows_the_usage(string line, string problem)
    {
        InroProgram.Answer answer = InroProgram.Run(line.Split(' '));

        Assert.Equal((1, ""), (answer.Status, answer.Output));
        Assert.StartsWith($"inro: {problem}\nSee 'inro {line.Split(' ')[0]} --help'.\n\nUsage:  inro ", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Usage:  inro [OPTIONS] COMMAND\n")]
    [InlineData("help", "Usage:  inro [OPTIONS] COMMAND\n")]
    [InlineData("container --help", "Usage:  inro container COMMAND\n")]
    [InlineData("run --help", "Usage:  inro run [OPTIONS] IMAGE [COMMAND] [ARG...]\n")]
    [InlineData("help run", "Usage:  inro run [OPTIONS] IMAGE [COMMAND] [ARG...]\n")]
    [InlineData("container ls --help", "Usage:  inro container ls [OPTIONS]\n")]
    [InlineData("completion bash", "# Completion of inro for bash")]
    [InlineData("--version", "Inro version ")]
    [InlineData("version", "Client: Inro\n Version: ")]
    public void Help_and_version_answer_on_standard_output(string line, string begin)
    {
        InroProgram.Answer answer = InroProgram.Run(line.Split(' '));

        Assert.Equal((0, ""), (answer.Status, answer.Error));
        Assert.StartsWith(begin, answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_is_applied_to_the_version() =>
        Assert.Matches("^[0-9.]+ linux\n$", InroProgram.Run("version", "--format", "{{.Server.Version}} {{.Client.Os}}").Output);

    [Fact]
    public void A_reader_that_leaves_ends_the_program_quietly()
    {
        using System.Diagnostics.Process shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash")
        {
            ArgumentList = { "-c", "{ sleep 0.2; \"$1\" run --help; echo $? >&2; } 2>&1 >/dev/full | head -1", "bash", InroProgram.Path! },
            RedirectStandardOutput = true,
        })!;
        Assert.Contains("ENOSPC", shell.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }
}
