using Inro.Engine.Shim;
using Inro.Engine.Statistics;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Inro.Runtime.Resources;

namespace Inro.Engine.Containers;

/// <summary>The host's processes: shims over their sockets, cgroups over their file system.</summary>
/// <param name="early">The shim of a container that is going to be started, begun before this; its owner disposes it, too. Null: it is begun when it is needed.</param>
/// <param name="started">Told the pid of each process that is left behind; null: nobody wants it.</param>
internal sealed class ShimProcesses(WaitingShim? early = null, Action<int>? started = null) : IContainerProcesses
{
    private static readonly TimeSpan CgroupDeadline = TimeSpan.FromSeconds(10);

    /// <summary>How long a signal waits for a shim that says nothing.</summary>
    private static readonly TimeSpan SignalPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan WordPatience = TimeSpan.FromSeconds(2);

    private WaitingShim? early = early;

    public IWaitingShim StartShim(string containerDirectory)
    {
        WaitingShim? begun = early?.ContainerDirectory == containerDirectory ? early : null;
        if (begun is not null) { early = null; } // a container that is started again gets another

        return new Waiting(begun ?? Begin(containerDirectory));
    }

    private WaitingShim Begin(string containerDirectory)
    {
        WaitingShim shim = WaitingShim.Start(containerDirectory);
        started?.Invoke(shim.Pid);
        return shim;
    }

    public bool IsWatched(string runDirectory) => ShimListener.IsThere(runDirectory);

    public ShimStatus? ReadStatus(string runDirectory) => ShimStatusFile.Read(runDirectory);

    public void Adopt(string containerDirectory, FileLock held)
    {
        using WaitingShim shim = Begin(containerDirectory);
        shim.Adopt(held).Dispose();
    }

    public StartedContainer? LetGo(string runDirectory, AttachRequest? attach, WindowSize? size)
    {
        ShimClient? client = ShimClient.TryConnect(runDirectory, attach?.Commits == true);
        try
        {
            if (client is null) { return null; }

            if (attach is not null) { client.Attach(attach); }

            client.LetGo(size);
            return Started(client);
        }
        catch
        {
            client?.Dispose();
            throw;
        }
    }

    private static StartedContainer Started(ShimClient client) =>
        new(client.Started ?? throw new ShimException(ExitStatuses.RunFailed, "the shim did not say what it started"), client);

    public bool Signal(string runDirectory, int signal)
    {
        try
        {
            using ShimClient? client = ShimClient.TryConnect(runDirectory, patience: SignalPatience);
            return client?.TrySignal(signal) == true;
        }
        catch (ShimException standing) when (standing.IsSilent) { return false; }
    }

    public ExitRecord? WaitForExit(string runDirectory, TimeSpan? timeout)
    {
        ShimClient? client = null;
        try
        {
            client = ShimClient.TryConnect(runDirectory);
            return client?.WaitForExit(timeout);
        }
        catch (ShimException gone) when (gone.IsSilent || client is { IsLost: true }) { return null; }
        finally { client?.Dispose(); }
    }

    public void EndSilentShim(string runDirectory)
    {
        try { ShimClient.TryConnect(runDirectory, patience: WordPatience)?.Dispose(); }
        catch (ShimException standing) when (standing.IsSilent)
        {
            using PidFd? shim = ShimListener.OpenProcess(runDirectory);
            shim?.Kill();
            shim?.WaitForEnd(CgroupDeadline);
        }
    }

    public bool HasProcesses(string cgroupPath)
    {
        using CgroupSet cgroups = Open(cgroupPath, ownsParent: false);
        return cgroups.Processes().Count > 0;
    }

    public IReadOnlyList<int> ListProcesses(string cgroupPath)
    {
        using CgroupSet cgroups = Open(cgroupPath, ownsParent: false);
        return cgroups.Processes();
    }

    public ResourceUsage? ReadUsage(string cgroupPath, int pid, long now)
    {
        using CgroupSet cgroups = Open(cgroupPath, ownsParent: false);
        try { return cgroups.Locations.Count == 0 ? null : UsageSource.Read(cgroups, pid, now); }
        catch (IOException) { return null; } // it goes just now
    }

    public void Limit(string cgroupPath, Spec.Runtime.LinuxResources resources)
    {
        using CgroupSet cgroups = Open(cgroupPath, ownsParent: false);
        cgroups.Update(resources);
    }

    public void SetFrozen(string cgroupPath, bool isFrozen)
    {
        using CgroupSet freezer = Freezer(cgroupPath);
        try
        {
            if (isFrozen) { freezer.Freeze(CgroupDeadline); }
            else if (freezer.Locations.Count > 0) { freezer.Thaw(); }
        }
        catch (LinuxException gone) when (!isFrozen && gone.Errno is (Errno.ENOENT or Errno.ENODEV)) { /* it has ended: nothing stands still */ }
        catch (ResourceException refused) { throw new EngineException(ErrorCode.PreconditionFailed, refused.Message, refused.Remedy, refused); }
    }

    public bool IsFrozen(string cgroupPath)
    {
        using CgroupSet freezer = Freezer(cgroupPath);
        return freezer.IsFrozen;
    }

    public bool IsAlive(ShimStatus status)
    {
        using PidFd? first = FirstOf(status);
        return first is not null;
    }

    public bool IsDeaf(ShimStatus status, int signal)
    {
        using PidFd? first = FirstOf(status); // holds the pid's meaning while its files are read
        return first is not null && SignalDispositions.Read(status.Pid) is { } found && found.IsLost(signal);
    }

    public void KillFirst(ShimStatus status)
    {
        using PidFd? first = FirstOf(status);
        if (first is null) { return; }

        first.Kill();
        first.WaitForEnd(CgroupDeadline);
    }

    private static PidFd? FirstOf(ShimStatus status)
    {
        PidFd? found = PidFd.TryOpen(status.Pid, status.StartTime);
        if (found is null || !found.WaitForEnd(TimeSpan.Zero)) { return found; }

        found.Dispose(); // it has ended and was not waited for
        return null;
    }

    public void StartRestarter(string root, string id)
    {
        if (BackgroundCommand.TryStart(["internal", "restart", root, id]) is > 0 and var pid) { started?.Invoke(pid); }
    }

    public void DestroyCgroup(ContainerRecord container)
    {
        bool isUsersParent = container.Config.CgroupParent is { Length: > 0 };
        using CgroupSet cgroups = Open(container.CgroupPath, ownsParent: !isUsersParent);
        if (cgroups.Locations.Count == 0) { return; }

        cgroups.KillAll(CgroupDeadline);
        cgroups.Remove(CgroupDeadline);
    }

    private static CgroupSet Open(string cgroupPath, bool ownsParent) => CgroupSet.Open(PlanOf(cgroupPath).Locations, ownsParent);

    private static CgroupSet Freezer(string cgroupPath) => CgroupSet.OpenFreezer(PlanOf(cgroupPath).Locations);

    private static CgroupPlan PlanOf(string cgroupPath) => CgroupPlan.Make(CgroupLayout.Read(), cgroupPath, cgroupPath, resources: null, rootless: EffectiveIds.User != 0);

    private sealed class Waiting(WaitingShim shim) : IWaitingShim
    {
        public void Prepare(FileLock held) => shim.Prepare(held);

        public StartedContainer StartContainer(AttachRequest? attach, WindowSize? size, bool holds) => Started(shim.StartContainer(attach, size, holds));

        public void Dispose() => shim.Dispose();
    }
}
