using System.Collections.Concurrent;
using Inro.Engine.Containers;
using Inro.Engine.Shim;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Engine;

/// <summary>Containers without processes: what shims and the kernel would remember, in memory.</summary>
internal sealed class PretendedProcesses : IContainerProcesses
{
    private readonly ConcurrentDictionary<string, ShimStatus> statuses = new(StringComparer.Ordinal); // by run directory
    private readonly ConcurrentDictionary<string, bool> watched = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> cgroups = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, byte> frozen = new(StringComparer.Ordinal); // cgroups

    private readonly ConcurrentDictionary<string, long> starts = new(StringComparer.Ordinal); // how often each was started again

    /// <summary>Cgroups that exist.</summary>
    public ICollection<string> Cgroups => cgroups.Keys;

    /// <summary>What the next start fails with.</summary>
    public ShimException? NextFailure { get; set; }

    /// <summary>No shim can be found for a container whose own was killed.</summary>
    public bool CannotAdopt { get; set; }

    /// <summary>How often a shim was replaced.</summary>
    public int Adoptions { get; private set; }

    public IWaitingShim StartShim(string containerDirectory) => new PretendedShim(this, containerDirectory);

    private StartedContainer Start(string containerDirectory, bool holds)
    {
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }

        ShimConfig config = ShimConfigFile.Read(containerDirectory);
        Directory.CreateDirectory(config.RunDirectory);
        return Begin(config.RunDirectory, holds);
    }

    public StartedContainer? LetGo(string runDirectory, AttachRequest? attach, Inro.Linux.Terminals.WindowSize? size)
    {
        if (!IsWatched(runDirectory)) { return null; }

        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }

        Assert.True(statuses[runDirectory].IsHeld);
        return Begin(runDirectory, holds: false);
    }

    private StartedContainer Begin(string runDirectory, bool holds)
    {
        long now = 1_000_000_000 + starts.AddOrUpdate(runDirectory, 0, static (_, before) => before + 1);
        statuses[runDirectory] = new ShimStatus { State = ShimState.Running, IsHeld = holds, Pid = 4711, StartTime = 1, BootId = BootId.Read(), StartedAtNanoseconds = now };
        watched[runDirectory] = true;
        return new StartedContainer(new StartedRecord(4711, 1, BootId.Read(), 4710, now), Connection: null);
    }

    public bool IsWatched(string runDirectory) => watched.GetValueOrDefault(runDirectory);

    public ShimStatus? ReadStatus(string runDirectory) => Directory.Exists(runDirectory) ? statuses.GetValueOrDefault(runDirectory) : null;

    public void Adopt(string containerDirectory, FileLock held)
    {
        if (CannotAdopt) { throw new ShimException(125, "no shim can be started"); }

        Adoptions++;
        watched[ShimConfigFile.Read(containerDirectory).RunDirectory] = true;
    }

    public bool Signal(string runDirectory, int signal)
    {
        if (!IsWatched(runDirectory)) { return false; }

        End(runDirectory, 128 + signal);
        return true;
    }

    public void EndSilentShim(string runDirectory) { }

    public ExitRecord? WaitForExit(string runDirectory, TimeSpan? timeout) =>
        statuses.TryGetValue(runDirectory, out ShimStatus? status) && status.State != ShimState.Running
            ? new ExitRecord(status.ExitCode, null, status.OutOfMemory, status.FinishedAtNanoseconds)
            : null;

    public bool HasProcesses(string cgroupPath) => cgroups.ContainsKey(cgroupPath);

    public void SetFrozen(string cgroupPath, bool isFrozen)
    {
        if (isFrozen) { frozen[cgroupPath] = 0; }
        else { frozen.TryRemove(cgroupPath, out _); }
    }

    public bool IsFrozen(string cgroupPath) => frozen.ContainsKey(cgroupPath);

    public bool IsAlive(ShimStatus status) => false; // whatever runs is in a cgroup here

    public IReadOnlyList<int> ListProcesses(string cgroupPath) => [];

    public Inro.Engine.Statistics.ResourceUsage? ReadUsage(string cgroupPath, int pid, long now) => null;

    public void Limit(string cgroupPath, LinuxResources resources) { }

    public bool IsDeaf(ShimStatus status, int signal) => false;

    /// <summary>Ids of containers for which somebody was sent to wait.</summary>
    public List<string> Restarters { get; } = [];

    public void StartRestarter(string root, string id) => Restarters.Add(id);

    public void KillFirst(ShimStatus status) { }

    public void DestroyCgroup(ContainerRecord container) => cgroups.TryRemove(container.CgroupPath, out _);

    /// <summary>The container ends and its shim writes that down, gives the cgroup back and goes.</summary>
    public void End(string runDirectory, int exitCode)
    {
        statuses[runDirectory] = statuses[runDirectory] with { State = ShimState.Exited, IsHeld = false, ExitCode = exitCode, FinishedAtNanoseconds = 2_000_000_000 };
        watched[runDirectory] = false;
        string id = Path.GetFileName(runDirectory);
        foreach (string cgroup in cgroups.Keys.Where(c => c.EndsWith(id, StringComparison.Ordinal))) { cgroups.TryRemove(cgroup, out _); }
    }

    /// <summary>The shim is killed; the container runs on.</summary>
    public void KillShim(string runDirectory) => watched[runDirectory] = false;

    /// <summary>Shim and container are killed, as by a power cut of nothing else.</summary>
    public void KillAll(string runDirectory)
    {
        watched[runDirectory] = false;
        cgroups.Clear();
    }

    private sealed class PretendedShim(PretendedProcesses processes, string containerDirectory) : IWaitingShim
    {
        private string? prepared;
        private bool isTold;

        public void Prepare(FileLock held)
        {
            prepared = ShimConfigFile.Read(containerDirectory).CgroupsPath;
            processes.cgroups[prepared!] = 0;
        }

        public StartedContainer StartContainer(AttachRequest? attach, Inro.Linux.Terminals.WindowSize? size, bool holds)
        {
            Assert.Equal(prepared, RuntimeConfigReader.Read(File.ReadAllBytes(containerDirectory + "/config.json")).Linux!.CgroupsPath);
            try
            {
                StartedContainer started = processes.Start(containerDirectory, holds);
                isTold = true;
                return started;
            }
            finally { Dispose(); }
        }

        public void Dispose()
        {
            if (!isTold && prepared is not null) { processes.cgroups.TryRemove(prepared, out _); }

            isTold = true;
        }
    }
}
