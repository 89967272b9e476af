using System.Text;
using Inro.Engine.Containers.Rootfs;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Archives;

/// <summary>Compares the writable layer of a container, or all its files where they are a tree of their own, with the layers below.</summary>
/// <remarks>
/// What the engine itself makes is not told: places for mounts, as long as nothing else is in them, and directories that are in the writable layer only for
/// their sake. A directory in which something was changed is told as changed. The order is that of a walk, names by their bytes.
/// </remarks>
internal sealed class ChangeScan
{
    private const int MaxDepth = 2048;

    private readonly MountPlaces places;
    private readonly bool hidesByName;
    private readonly List<FileChange> changes = [];
    private readonly HashSet<string> leftOut = new(StringComparer.Ordinal);
    private readonly HashSet<string> engines = new(StringComparer.Ordinal);

    private ChangeScan(MountPlaces places, bool hidesByName)
    {
        this.places = places;
        this.hidesByName = hidesByName;
    }

    /// <summary>What differs.</summary>
    public IReadOnlyList<FileChange> Changes => changes;

    /// <summary>Compares.</summary>
    /// <param name="rootfs">The container's.</param>
    /// <param name="below">The layers of its image.</param>
    /// <param name="mountPoints">Where something is mounted in it.</param>
    public static ChangeScan Of(SnapshotMount rootfs, SnapshotMount below, IEnumerable<string> mountPoints)
    {
        var shown = new SnapshotMount { Directory = below.Directory, Lower = [rootfs.Upper!, .. below.Lower] }; // not null: a container's has one
        var scan = new ChangeScan(new MountPlaces(shown, mountPoints), rootfs.Kind == SnapshotKind.FuseOverlay);
        using DirFd current = DirFd.Open($"{rootfs.Directory}/{rootfs.Upper}");
        using MergedDirectory? under = MergedDirectory.TryOpen(below, "/");
        scan.Walk(current, under, "", isWhole: rootfs.Kind == SnapshotKind.Copy, 0);
        return scan;
    }

    /// <summary>Whether a path is neither changed itself nor has anything changed below it.</summary>
    /// <param name="path">Without slashes at the ends.</param>
    public bool LeavesOut(byte[] path) => leftOut.Contains(Encoding.Latin1.GetString(path));

    /// <summary>Whether the engine has made what is there, and nobody has put anything in it.</summary>
    /// <inheritdoc cref="LeavesOut"/>
    public bool IsEngines(byte[] path) => engines.Contains(Encoding.Latin1.GetString(path));

    private Found Walk(DirFd current, MergedDirectory? below, string prefix, bool isWhole, int depth)
    {
        if (depth == MaxDepth) { throw new EngineException(ErrorCode.InvalidArgument, $"directories are nested more than {MaxDepth} deep"); }

        Found found = default;
        foreach (byte[] name in Names(current, below, isWhole))
        {
            string path = prefix + Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1));
            FileStatus old = default;
            DirFd? layer = null;
            bool was = below?.TryStatus(name, out old, out layer) == true;
            bool isThere = current.TryStatus(name, out FileStatus now) == Errno.None;
            if (isThere && !OverlayMarks.IsWhiteout(now) && !(hidesByName && name.AsSpan().StartsWith(".wh."u8)))
            {
                found |= Compare(new Pair(current, name, path, now, was ? old : null, layer), below, isWhole, depth);
                continue;
            }

            if (hidesByName && name.AsSpan().StartsWith(".wh."u8)) { found |= DeletedByName(name, prefix, below); }
            else if (was && (isThere || isWhole)) { found |= Tell(FileChangeKind.Deleted, path); }
        }

        return found;
    }

    private Found Compare(Pair pair, MergedDirectory? below, bool isWhole, int depth)
    {
        if (pair.Now.Kind == FileKind.Directory) { return CompareDirectory(pair, below, isWhole, depth); }

        if (pair.Old is not { } old)
        {
            if (pair.Now is not { Kind: FileKind.Regular, Size: 0 } || !places.Contains(pair.Path)) { return Tell(FileChangeKind.Added, pair.Path); }

            return LeaveToEngine(pair.Path);
        }

        if (!isWhole || !IsSame(pair, old)) { return Tell(FileChangeKind.Changed, pair.Path); }

        leftOut.Add(pair.Path);
        return Found.Nothing;
    }

    private Found CompareDirectory(Pair pair, MergedDirectory? below, bool isWhole, int depth)
    {
        int at = changes.Count;
        if (pair.Parent.TryOpenDirectory(pair.Name, ResolveFlags.NoSymlinks, out DirFd? opened) != Errno.None) { return Found.Nothing; } // gone meanwhile

        using DirFd directory = opened!; // not null: no error
        using MergedDirectory? under = pair.Old?.Kind == FileKind.Directory ? below!.TryOpen(pair.Name) : null; // not null: it showed the directory
        bool isOpaque = !isWhole && under is not null && OverlayMarks.IsOpaque(directory);
        Found inside = Walk(directory, under, pair.Path + "/", isWhole || isOpaque, depth + 1);
        bool hasChanged = (inside & Found.Changes) != 0;
        if (under is null)
        {
            bool isEngines = !hasChanged && pair.Old is null && (places.Contains(pair.Path) || (places.LeadsToOne(pair.Path) && (inside & Found.Engines) != 0)); // without changes there is nothing in it but what is the engine's
            if (!isEngines) { return Insert(at, pair.Old is null ? FileChangeKind.Added : FileChangeKind.Changed, pair.Path); }

            return LeaveToEngine(pair.Path);
        }

        if (hasChanged || isOpaque || !LooksSame(pair.Now, under, directory, inside, isWhole)) { return Insert(at, FileChangeKind.Changed, pair.Path); }

        leftOut.Add(pair.Path);
        return inside & Found.Engines;
    }

    /// <summary>Of a directory: the time counts where the engine has not changed it, and where it is what overlayfs copied.</summary>
    private static bool LooksSame(in FileStatus now, MergedDirectory under, DirFd directory, Found inside, bool isWhole)
    {
        FileStatus old = under.Status;
        if ((now.Permissions, now.UserId, now.GroupId) != (old.Permissions, old.UserId, old.GroupId)) { return false; }

        bool timeCounts = !isWhole && (inside & Found.Engines) == 0;
        return (!timeCounts || now.Modified.TotalNanoseconds == old.Modified.TotalNanoseconds) && TreeAttributes.AreSame(directory, under.Top);
    }

    private static bool IsSame(Pair pair, in FileStatus old)
    {
        FileStatus now = pair.Now;
        if (now.Kind != old.Kind || (now.Permissions, now.UserId, now.GroupId) != (old.Permissions, old.UserId, old.GroupId) || now.Node != old.Node) { return false; }

        if (now.Size != old.Size || now.Modified.TotalNanoseconds != old.Modified.TotalNanoseconds) { return false; }

        return now.Kind != FileKind.SymbolicLink || pair.Parent.ReadLink(pair.Name).AsSpan().SequenceEqual(pair.Layer!.ReadLink(pair.Name)); // not null: it was there
    }

    private Found DeletedByName(byte[] name, string prefix, MergedDirectory? below)
    {
        byte[] hidden = name[".wh.".Length..];
        string path = prefix + Encoding.Latin1.GetString(hidden.AsSpan(0, hidden.Length - 1));
        return hidden.Length > 1 && below?.TryStatus(hidden, out _, out _) == true ? Tell(FileChangeKind.Deleted, path) : Found.Nothing;
    }

    private static List<byte[]> Names(DirFd current, MergedDirectory? below, bool isWhole)
    {
        List<byte[]> names = current.List();
        if (isWhole && below is not null)
        {
            HashSet<string> known = [.. names.Select(Encoding.Latin1.GetString)];
            names.AddRange(below.Entries().Where(e => !known.Contains(Encoding.Latin1.GetString(e.Name))).Select(static e => e.Name));
        }

        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private Found LeaveToEngine(string path)
    {
        engines.Add(path);
        leftOut.Add(path);
        return Found.Engines;
    }

    private Found Tell(FileChangeKind kind, string path) => Insert(changes.Count, kind, path);

    private Found Insert(int at, FileChangeKind kind, string path)
    {
        changes.Insert(at, new FileChange(kind, Encoding.Latin1.GetBytes(path)));
        return Found.Changes;
    }

    [Flags]
    private enum Found
    {
        Nothing = 0,
        Changes = 1,
        Engines = 2,
    }

    /// <summary>A name as it is, and as it was.</summary>
    private sealed record Pair(DirFd Parent, byte[] Name, string Path, FileStatus Now, FileStatus? Old, DirFd? Layer);
}
