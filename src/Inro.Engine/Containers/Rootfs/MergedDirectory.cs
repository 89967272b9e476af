using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Containers.Rootfs;

/// <summary>One directory of several layers, read as overlayfs would show it, without a mount. Names are bytes: they need not be UTF-8.</summary>
internal sealed class MergedDirectory : IDisposable
{
    private readonly List<DirFd> layers;

    private MergedDirectory(List<DirFd> layers) => this.layers = layers;

    /// <summary>Owner, mode and times: those of the topmost layer that has it.</summary>
    public FileStatus Status => layers[0].Status();

    /// <summary>The topmost layer's directory, for its attributes.</summary>
    public DirFd Top => layers[0];

    /// <summary>Opens a directory of a root file system by a plain path; null where there is none, or a link is on the way.</summary>
    public static MergedDirectory? TryOpen(SnapshotMount snapshot, string path)
    {
        List<DirFd> roots = [];
        IReadOnlyList<string> names = snapshot is { Kind: SnapshotKind.Copy, Upper: { } tree } ? [tree] : snapshot.Lower;
        foreach (string layer in names) { roots.Add(DirFd.Open(snapshot.Directory + "/" + layer)); }

        var here = new MergedDirectory(roots);
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using MergedDirectory parent = here;
            MergedDirectory? child = parent.TryOpen([.. Encoding.UTF8.GetBytes(name), 0]);
            if (child is null) { return null; }

            here = child;
        }

        return here;
    }

    /// <summary>What the directory shows: names ending with a zero byte, their status, and the layer that has them.</summary>
    public IEnumerable<(byte[] Name, FileStatus Status, DirFd Layer)> Entries()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (DirFd layer in layers)
        {
            foreach (byte[] name in layer.List())
            {
                bool isHidden = !seen.Add(Encoding.Latin1.GetString(name)); // one character for each byte: exact
                if (isHidden || layer.TryStatus(name, out FileStatus status) != Errno.None || OverlayMarks.IsWhiteout(status)) { continue; }

                yield return (name, status, layer);
            }
        }
    }

    /// <summary>What the directory shows under a name.</summary>
    /// <param name="name">Ends with a zero byte.</param>
    /// <param name="status">What was found.</param>
    /// <param name="layer">The layer that has it; stays this object's.</param>
    public bool TryStatus(ReadOnlySpan<byte> name, out FileStatus status, out DirFd? layer)
    {
        foreach (DirFd candidate in layers)
        {
            if (candidate.TryStatus(name, out status) != Errno.None) { continue; }

            layer = candidate;
            return !OverlayMarks.IsWhiteout(status);
        }

        (status, layer) = (default, null);
        return false;
    }

    /// <summary>A directory in it; null where the name is something else, or nothing.</summary>
    /// <param name="name">Ends with a zero byte.</param>
    public MergedDirectory? TryOpen(byte[] name)
    {
        List<DirFd> found = [];
        foreach (DirFd layer in layers)
        {
            if (layer.TryStatus(name, out FileStatus status) != Errno.None) { continue; }

            if (status.Kind != FileKind.Directory) { break; } // a file or a whiteout hides what is below

            DirFd directory = layer.OpenDirectory(name, ResolveFlags.NoSymlinks);
            found.Add(directory);
            if (OverlayMarks.IsOpaque(directory)) { break; }
        }

        return found.Count > 0 ? new MergedDirectory(found) : null;
    }

    public void Dispose()
    {
        foreach (DirFd layer in layers) { layer.Dispose(); }
    }
}
