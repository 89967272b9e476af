using Inro.KernelTests.Harness;
using Inro.Linux.Cgroups;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Cgroups;

/// <summary>Marks of packets, seen by the counters of traffic classes in a network namespace of the test's own.</summary>
public sealed class PacketMarkTests
{
    [KernelTheory(Needs.Root | Needs.CgroupV2 | Needs.TrafficClasses)]
    [InlineData(0x10_0001u, "", 0u, "10:1")]
    [InlineData(0u, "lo", 0x10_0002u, "10:2")]
    [InlineData(0x10_0001u, "lo", 0x10_0002u, "10:2")] // as the kernel looks at them: the priority first
    public void Packets_of_a_cgroup_fall_into_their_class(uint classId, string link, uint priority, string expected)
    {
        using var leaks = LeakCheck.Begin();
        CgroupLocation unified = CgroupPlan.Make(CgroupLayout.Read(), "/" + leaks.Marker, "", null).Locations.Single(l => l.IsUnified);
        NetworkResources marks = new(classId, link.Length > 0 ? [new(link, priority)] : []);
        CgroupSet set = CgroupSet.Create(new CgroupPlan { Locations = [unified], Writes = [], PacketMarks = marks });
        try
        {
            ToolResult result = Tool.Run("unshare", ["-n", "sh", "-c", $"""
                {TrafficClasses.SetUp}
                send; {TrafficClasses.Show}
                echo 0 > {unified.Directory}/cgroup.procs || exit 98
                send; {TrafficClasses.Show}
                """], TimeSpan.FromSeconds(30)).Ok();

            Assert.Equal($"none {expected}", string.Join(' ', result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }
        finally
        {
            CgroupScript.CleanUp(set);
        }
    }
}
