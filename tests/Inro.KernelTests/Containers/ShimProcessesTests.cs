using Inro.Engine.Containers;
using Inro.KernelTests.Cgroups;
using Inro.KernelTests.Harness;
using Inro.Linux.Cgroups;
using Inro.Runtime.Resources;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Whose a cgroup above a container's is.</summary>
public sealed class ShimProcessesTests
{
    [KernelTheory(Needs.Root)]
    [InlineData(true)]
    [InlineData(false)]
    public void Parent_that_the_user_named_stays_and_the_instances_own_goes_when_it_is_empty(bool isUsers)
    {
        using var leaks = LeakCheck.Begin();
        string parent = $"/inro-{leaks.Marker}"; // as an instance's own begins
        string id = new('a', 64);
        CgroupLayout layout = CgroupLayout.Read();
        CgroupSet above = CgroupSet.Create(CgroupPlan.Make(layout, parent, "", null));
        CgroupSet.Create(CgroupPlan.Make(layout, $"{parent}/{id}", "", null)).Dispose();
        var container = new ContainerRecord
        {
            Id = id, Name = "box", State = ContainerState.Running, ImageId = "", CgroupPath = $"{parent}/{id}", CreatedNanoseconds = 1,
            Config = new ContainerConfig { Image = "", CgroupParent = isUsers ? parent : null },
        };

        new ShimProcesses().DestroyCgroup(container);

        Assert.All(above.Locations, location => Assert.Equal(isUsers, Directory.Exists(location.Directory)));
        if (isUsers) { CgroupScript.CleanUp(above); }
        else { above.Dispose(); }
    }
}
