using Inro.Linux.Processes;
using Xunit;

namespace Inro.Tests.Linux.Processes;

public sealed class ProcessStatTests
{
    [Theory]
    [InlineData("cat")]
    [InlineData("a b")]
    [InlineData(") R 1 1 (")] // a process chooses its name: it must not shift the fields behind it
    public void A_name_does_not_shift_the_fields(string name)
    {
        byte[] line = System.Text.Encoding.ASCII.GetBytes(
            $"4242 ({name}) Z 17 4242 4242 0 -1 4194368 127 0 0 0 0 0 0 0 20 0 1 0 987654 2703360 256 18446744073709551615\n");

        ProcessStat? stat = ProcessStat.Parse(line);

        Assert.Equal(new ProcessStat(name, 'Z', 17, 4194368, 987654), stat);
        Assert.True(stat!.Value.HasNotExecuted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 (x")]
    [InlineData("1 (x)")]
    [InlineData("1 (x) R 1 2 3")]
    [InlineData("1 )x( R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")]
    public void A_line_in_another_form_is_nothing(string line) =>
        Assert.Null(ProcessStat.Parse(System.Text.Encoding.ASCII.GetBytes(line)));

    [Fact]
    public void This_process_has_executed_since_it_was_cloned()
    {
        ProcessStat stat = ProcessStat.Read(Environment.ProcessId)!.Value;

        Assert.False(stat.HasNotExecuted);
        Assert.NotEqual(0UL, stat.StartTime);
    }

    [Fact]
    public void The_boot_has_an_id() => Assert.Equal(36, BootId.Read().Length);
}
