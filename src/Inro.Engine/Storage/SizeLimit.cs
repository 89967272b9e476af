using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Storage;

/// <summary><c>--storage-opt size=</c>: the most that a container may write, by a project quota of the file system.</summary>
internal static class SizeLimit
{
    private const string SizeOption = "size";
    private const uint OwnProjects = 0x4000_0000; // far from what administrators number by hand
    private const int NumberBits = 20;
    private const uint NumberMask = (1u << NumberBits) - 1;
    private const uint InstanceMask = 0x3FF;

    /// <summary>The limit in bytes; null: none is asked.</summary>
    /// <exception cref="EngineException">InvalidArgument: another option, or no size.</exception>
    public static long? Of(IReadOnlyDictionary<string, string> options)
    {
        long? bytes = null;
        foreach ((string name, string value) in options)
        {
            if (name != SizeOption) { throw new EngineException(ErrorCode.InvalidArgument, $"unknown option {name} for --storage-opt", "size is the one that there is"); }

            try { bytes = ByteSize.Parse(value); }
            catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, $"--storage-opt size={value}: {wrong.Message}", "write for example size=10G", wrong); }
        }

        return bytes;
    }

    /// <summary>Says why a limit cannot be kept, before anything is made.</summary>
    /// <exception cref="EngineException">PreconditionFailed: with the reason.</exception>
    public static void Require(InstancePaths paths, SnapshotKind kind)
    {
        if (kind == SnapshotKind.Copy) { throw Refused(paths, "the storage driver vfs copies files, which would count"); }

        using DirFd snapshots = DirFd.Open(paths.Snapshots);
        Errno errno = ProjectQuota.Probe(snapshots);
        if (errno == Errno.None) { return; }

        throw Refused(paths, errno switch
        {
            Errno.ESRCH => "project quota is not turned on for its file system",
            Errno.ENOSYS or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENODEV or Errno.ENOTBLK => "its file system, or this kernel, has no project quota",
            Errno.EPERM => "only root of the host may set one",
            _ => errno.ToString(),
        });
    }

    /// <summary>Limits a writable layer, before anything is written to it.</summary>
    /// <param name="paths">The instance.</param>
    /// <param name="snapshot">The layer's number.</param>
    /// <param name="bytes">The most.</param>
    public static void Apply(InstancePaths paths, long snapshot, long bytes)
    {
        try
        {
            using DirFd all = DirFd.Open(paths.Snapshots);
            using DirFd layer = all.OpenDirectory(snapshot.ToString(CultureInfo.InvariantCulture), ResolveFlags.NoSymlinks);
            uint project = ProjectOf(paths, snapshot);
            ProjectQuota.SetLimit(all, project, (ulong)bytes);
            ProjectId.Set(layer, project);
            foreach (string part in (ReadOnlySpan<string>)["fs", "work"])
            {
                using DirFd directory = layer.OpenDirectory(part, ResolveFlags.NoSymlinks);
                ProjectId.Set(directory, project);
            }
        }
        catch (LinuxException failure) { throw Refused(paths, failure.Message, failure); }
    }

    /// <summary>Forgets the limit of a layer that is removed. A quota that was turned off meanwhile has forgotten it by itself.</summary>
    public static void Forget(InstancePaths paths, long snapshot)
    {
        try
        {
            using DirFd all = DirFd.Open(paths.Snapshots);
            ProjectQuota.SetLimit(all, ProjectOf(paths, snapshot), 0);
        }
        catch (LinuxException) { /* the number is given to no other layer of this instance */ }
    }

    private static uint ProjectOf(InstancePaths paths, long snapshot)
    {
        uint instance = paths.Instance.Length == 0 ? 0 : uint.Parse(paths.Instance, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return OwnProjects | ((instance & InstanceMask) << NumberBits) | ((uint)snapshot & NumberMask);
    }

    private static EngineException Refused(InstancePaths paths, string why, Exception? cause = null) => new(
        ErrorCode.PreconditionFailed,
        $"--storage-opt size= is not possible in {paths.Root}: {why}",
        "put the instance on ext4 (made with -O quota,project) or xfs, mounted with prjquota",
        cause);
}
