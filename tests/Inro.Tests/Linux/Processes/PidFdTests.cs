using Inro.Linux.Processes;
using Xunit;

namespace Inro.Tests.Linux.Processes;

public sealed class PidFdTests
{
    [Fact]
    public void A_process_is_found_by_pid_and_start_time_and_another_with_its_pid_is_not()
    {
        ulong startTime = ProcessStat.Read(Environment.ProcessId)!.Value.StartTime; // not null: this process is there

        using PidFd? same = PidFd.TryOpen(Environment.ProcessId, startTime);
        using PidFd? other = PidFd.TryOpen(Environment.ProcessId, startTime + 1);

        Assert.NotNull(same);
        Assert.Null(other);
    }
}
