using System.Diagnostics;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Volumes;

/// <summary>Commands that get SIGKILL while they mount and unmount: when all containers are gone, nothing is mounted any more.</summary>
public sealed class KilledMountTests
{
    private const int Kills = 30;

    [KernelFact(Instance.Usual)]
    public void Nothing_stays_mounted_of_starts_and_removals_that_were_killed()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "memory");
        inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "mkdir", "/data/part");
        inro.Feed("x", "secret", "create", "key", "-").Ok();
        string[] start = ["run", "-d", "--name", "victim", "--secret", "key", "-v", "memory:/memory", "--mount", "type=volume,src=data,dst=/part,volume-subpath=part", "--mount", "type=image,src=busybox,dst=/image,rw=true", "busybox", "sleep", "1000"];
        TimeSpan toStart = Took(() => inro.Ok(start));
        TimeSpan toRemove = Took(() => inro.Ok("rm", "-f", "victim"));

        for (int i = 0; i < Kills; i++)
        {
            Kill(inro, toStart * (1.2 * i / Kills), start);
            Kill(inro, toRemove * (1.2 * i / Kills), ["rm", "-f", "victim"]);
            inro.Run("rm", "-f", "victim");
            Instance.WaitFor(() => inro.AllContainers().Length == 0, "the container stays");
        }

        Assert.Empty(File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(inro.Root, StringComparison.Ordinal)));
        Assert.True(!Directory.Exists(inro.Root + "/run/mounts") || !Directory.EnumerateFileSystemEntries(inro.Root + "/run/mounts").Any());
        inro.Ok("volume", "rm", "memory", "data");
        Assert.Empty(inro.Leavings(layers: 1));
    }

    private static TimeSpan Took(Action work)
    {
        long began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began);
    }

    private static void Kill(Instance inro, TimeSpan after, string[] arguments)
    {
        using StartedInro victim = inro.Start(arguments);
        Thread.Sleep(after);
        victim.Kill();
        victim.WaitForExit();
    }
}
