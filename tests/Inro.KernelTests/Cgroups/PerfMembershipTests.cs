using System.Diagnostics;
using System.Runtime.InteropServices;
using Inro.KernelTests.Harness;
using Inro.Linux.Cgroups;
using Inro.Runtime.Resources;
using Xunit;

namespace Inro.KernelTests.Cgroups;

/// <summary>A container's processes are members of the cgroup that perf_event_open(2) counts by.</summary>
public sealed class PerfMembershipTests
{
    /// <summary>Opens PERF_COUNT_SW_CPU_CLOCK of a cgroup (PERF_FLAG_PID_CGROUP) on each processor, waits, and prints the nanoseconds.</summary>
    private const string Count = """
        my ($open, $read, $cgroup, $processors) = @ARGV;
        opendir(my $directory, $cgroup) or die "$cgroup: $!";
        my $total = 0; my @counters;
        for my $processor (0 .. $processors - 1) {
          my $event = pack("LLQ", 1, 64, 0) . ("\0" x 48);
          my $counter = syscall($open + 0, $event, fileno($directory), $processor, -1, 4);
          die "perf_event_open: $!" if $counter < 0;
          push @counters, $counter;
        }
        select(undef, undef, undef, 0.3);
        for (@counters) { my $value = "\0" x 8; syscall($read + 0, $_, $value, 8); $total += unpack("Q", $value); }
        print $total > 0 ? "counted" : "nothing";
        """;

    [KernelFact(Needs.Root)]
    public void Perf_counts_what_a_container_does()
    {
        using var leaks = LeakCheck.Begin();
        CgroupSet set = CgroupSet.Create(CgroupPlan.Make(CgroupLayout.Read(), "/" + leaks.Marker, "", null));
        try
        {
            CgroupLocation counted = set.Locations.FirstOrDefault(static l => l.Has("perf_event")) ?? set.Locations.Single(static l => l.IsUnified);

            Assert.Equal("nothing", Counted(counted));
            using Process busy = Process.Start("sh", ["-c", CgroupScript.Inside(set, "while :; do :; done")]);
            Assert.True(SpinWait.SpinUntil(() => set.Processes().Count > 0, Machine.Patience(TimeSpan.FromSeconds(10))));
            Assert.Equal("counted", Counted(counted));
        }
        finally
        {
            CgroupScript.CleanUp(set);
        }
    }

    private static string Counted(CgroupLocation cgroup)
    {
        string[] calls = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ["241", "63"] : ["298", "0"];
        return Tool.Run("perl", ["-e", Count, .. calls, cgroup.Directory, $"{Environment.ProcessorCount}"], TimeSpan.FromSeconds(30)).Ok().Output;
    }
}
