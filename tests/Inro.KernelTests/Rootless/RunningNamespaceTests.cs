using System.Globalization;
using Inro.Engine.Rootless;
using Inro.Engine.Shim;
using Inro.KernelTests.Harness;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Rootless;

/// <summary>Which user namespace a further command of an ordinary user joins.</summary>
public sealed class RunningNamespaceTests
{
    private const uint User = 91_000;

    [KernelTheory(Needs.Root | Needs.UserNamespaces)]
    [InlineData(300_000, true)]
    [InlineData(400_000, false)] // the users of an instance, the groups of somebody else
    public void Only_a_namespace_with_both_maps_of_the_user_is_joined(uint groups, bool isJoined)
    {
        using TempDir run = TempDir.Create();
        var identity = new UserIdentity { User = User, Group = User, UserRange = new SubordinateIds(300_000, 1000), GroupRange = new SubordinateIds(300_000, 1000) };
        using PidFd process = ProcessSpawn.Open(new SpawnRequest
        {
            Path = "/usr/bin/unshare", Arguments = ["unshare", "--user", "sleep", "60"], Environment = ["PATH=/usr/bin:/bin"], Descriptors = [],
        });
        try
        {
            int pid = PidOf(process);
            string proc = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
            Assert.True(SpinWait.SpinUntil(() => new FileInfo(proc + "/ns/user").LinkTarget != new FileInfo("/proc/self/ns/user").LinkTarget, TimeSpan.FromSeconds(10)));
            File.WriteAllText(proc + "/uid_map", $"0 {User} 1\n1 300000 1000\n");
            File.WriteAllText(proc + "/gid_map", $"0 {User} 1\n1 {groups} 1000\n");
            ShimStatusFile.Write(run.Dir("containers/one"), new ShimStatus
            {
                State = ShimState.Running, Pid = pid, StartTime = ProcessStat.Read(pid)!.Value.StartTime, BootId = BootId.Read(), // not reaped: it is there
            });

            using SafeFileHandle? found = RunningNamespace.TryOpen(run.Path, identity);

            Assert.Equal(isJoined, found is not null);
        }
        finally
        {
            process.Kill();
            process.Reap(TimeSpan.FromSeconds(10));
        }
    }

    private static int PidOf(PidFd process) => int.Parse(
        File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{process.Number}")).First(static line => line.StartsWith("Pid:", StringComparison.Ordinal))[4..],
        CultureInfo.InvariantCulture);
}
