using Inro.Linux.Files;

namespace Inro.Engine.Volumes;

/// <summary>One lock for each volume on which a command works; it comes after the lock of a container. Left files are taken away by the journal of containers.</summary>
internal static class VolumeLocks
{
    /// <summary>What the names of these locks begin with.</summary>
    public const string Prefix = "volume-";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs something while nobody else works on the volume.</summary>
    /// <exception cref="EngineException">Unavailable: another command kept it too long.</exception>
    public static T Hold<T>(InstancePaths paths, string volume, Func<T> work)
    {
        using DirFd locks = DirFd.Open(paths.Locks);
        using FileLock held = FileLock.TryAcquire(locks, Prefix + volume, shared: false, Deadline)
            ?? throw new EngineException(ErrorCode.Unavailable, $"volume {volume} is held by another command for more than {Deadline.TotalSeconds} seconds", "look for an inro process that is stopped or traced, then try again");
        try { return work(); }
        finally { locks.RemoveFile(Prefix + volume); }
    }

    /// <inheritdoc cref="Hold{T}"/>
    public static void Hold(InstancePaths paths, string volume, Action work) => Hold(paths, volume, () =>
    {
        work();
        return 0;
    });
}
