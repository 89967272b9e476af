using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Images.Snapshots;

/// <summary>Directories <c>snapshots/&lt;n&gt;/{fs,work}</c>: unpacked layers, and the writable layers of containers.</summary>
/// <remarks>
/// Numbers come from the metadata and are small, so that a mount of many layers stays within the kernel's limits on strings.
/// A directory whose number no row knows is garbage: nothing here needs to be atomic.
/// </remarks>
/// <param name="root">The store's directory; owned by the caller.</param>
/// <param name="rootPath">Its absolute path, for mounts.</param>
public sealed class SnapshotStore(DirFd root, string rootPath)
{
    private const string SnapshotsDirectory = "snapshots";
    private const string EmptyName = "empty"; // below the writable layer of an image without layers
    private const string UnfinishedName = "unfinished";
    private const uint PrivateMode = 0x1C0; // 0700: a set-user-id program of a layer must be out of reach for the host's users
    private const uint RootMode = 0x1ED; // 0755

    /// <summary>Makes the directory of a new layer and opens it.</summary>
    /// <param name="number">From <see cref="IImageMetadata.TakeSnapshotNumber"/>.</param>
    public DirFd BeginLayer(long number)
    {
        using DirFd snapshot = Make(number);
        return MakeIn(snapshot, "fs", RootMode);
    }

    /// <summary>Opens the directory of a layer.</summary>
    public DirFd OpenLayer(long number) => root.OpenDirectory($"{SnapshotsDirectory}/{Text(number)}/fs", ResolveFlags.NoSymlinks);

    /// <summary>Makes a writable snapshot of layers; one that is there stays as it is.</summary>
    /// <param name="number">From <see cref="IImageMetadata.TakeSnapshotNumber"/>.</param>
    /// <param name="chain">Numbers of the layers below, the topmost first, as <see cref="IImageMetadata.FindChain"/> gives them; empty for an image without layers.</param>
    /// <param name="isVolatile">True for one that goes with its container: see <see cref="SnapshotMount.IsVolatile"/>.</param>
    /// <param name="kind">What it is; the same at each call for a number.</param>
    public SnapshotMount Prepare(long number, IReadOnlyList<long> chain, bool isVolatile = false, SnapshotKind kind = SnapshotKind.Overlay)
    {
        using DirFd snapshot = Make(number);
        if (kind == SnapshotKind.Copy)
        {
            Copy(snapshot, chain, isVolatile);
            return Describe(number, chain, isVolatile, kind);
        }

        using DirFd upper = MakeIn(snapshot, "fs", RootMode);
        using DirFd work = MakeIn(snapshot, "work", PrivateMode);
        if (isVolatile) { work.RemoveTree("work"); } // an earlier volatile mount leaves a mark there that forbids the next one
        if (chain.Count > 0)
        {
            // the upper root hides those below: it must look like the image's
            using DirFd top = OpenLayer(chain[0]);
            FileStatus status = top.Status();
            if ((status.UserId, status.GroupId) != (0, 0)) { Check(upper.TrySetOwner(".\0"u8, status.UserId, status.GroupId), "fchownat", number); }

            if (status.Permissions != RootMode) { Check(upper.TrySetMode(".\0"u8, status.Permissions), "fchmodat", number); }
        }
        else { MakeIn(snapshot, EmptyName, RootMode).Dispose(); }

        return Describe(number, chain, isVolatile, kind);
    }

    /// <summary>The mount of a writable snapshot, whether <see cref="Prepare"/> has made it or will.</summary>
    /// <inheritdoc cref="Prepare"/>
    public SnapshotMount Describe(long number, IReadOnlyList<long> chain, bool isVolatile = false, SnapshotKind kind = SnapshotKind.Overlay) => new()
    {
        Directory = $"{rootPath}/{SnapshotsDirectory}",
        Kind = kind,
        Lower = kind == SnapshotKind.Copy ? [] : chain.Count == 0 ? [$"{Text(number)}/{EmptyName}"] : [.. chain.Select(Fs)], // overlayfs wants a lower layer
        Upper = Fs(number),
        Work = kind == SnapshotKind.Copy ? null : Text(number) + "/work",
        IsVolatile = isVolatile,
    };

    /// <summary>Numbers of all snapshots that are there.</summary>
    public IReadOnlyList<long> List()
    {
        if (TryOpenSnapshots() is not { } snapshots) { return []; }

        List<long> numbers = [];
        using (snapshots)
        {
            foreach (byte[] name in snapshots.List())
            {
                if (long.TryParse(name.AsSpan(0, name.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)) { numbers.Add(number); }
            }
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>What a snapshot takes of the disk, in bytes; 0 where it is not there.</summary>
    public long DiskBytes(long number)
    {
        if (TryOpenSnapshots() is not { } snapshots) { return 0; }

        using (snapshots) { return new DiskUsage().Of(snapshots, Text(number)); }
    }

    /// <summary>Removes a snapshot and everything in it. Its row must be gone before.</summary>
    public void Remove(long number)
    {
        if (TryOpenSnapshots() is not { } snapshots) { return; }

        using (snapshots) { snapshots.RemoveTree(Text(number)); }
    }

    /// <summary>Removes the directories that no row knows. Call it under the exclusive <see cref="StoreLock"/>.</summary>
    /// <param name="readKnown">Reads the rows. Called after the directories were listed: containers are made meanwhile, each row before its directory.</param>
    /// <returns>How many.</returns>
    public int RemoveUnknown(Func<IReadOnlySet<long>> readKnown)
    {
        if (TryOpenSnapshots() is not { } snapshots) { return 0; }

        int removed = 0;
        using (snapshots)
        {
            IReadOnlyList<byte[]> there = [.. snapshots.List()];
            IReadOnlySet<long> known = readKnown();
            foreach (byte[] name in there)
            {
                string text = Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
                bool isKnown = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && Text(number) == text && known.Contains(number);
                if (isKnown) { continue; }

                snapshots.RemoveTree(name);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Copies what layers show together to <c>fs</c> in a directory; one that is there stays as it is.</summary>
    /// <param name="place">The directory.</param>
    /// <param name="chain">As for <see cref="Prepare"/>.</param>
    public void CopyInto(DirFd place, IReadOnlyList<long> chain) => Copy(place, chain, isVolatile: false);

    /// <summary>A tree gets its name when it is whole, so one that a kill left half copied is copied anew.</summary>
    private void Copy(DirFd snapshot, IReadOnlyList<long> chain, bool isVolatile)
    {
        if (snapshot.TryStatus("fs\0"u8, out _) == Errno.None) { return; }

        snapshot.RemoveTree(UnfinishedName);
        using (DirFd tree = MakeIn(snapshot, UnfinishedName, RootMode))
        {
            var copy = new LayersCopy(tree);
            for (int i = chain.Count - 1; i >= 0; i--)
            {
                using DirFd layer = OpenLayer(chain[i]);
                copy.Apply(layer);
            }

            if (!isVolatile) { tree.FlushFileSystem(); } // its name says that it is whole, after a power cut too
        }

        snapshot.Rename(UnfinishedName, snapshot, "fs");
    }

    private DirFd Make(long number)
    {
        using DirFd snapshots = TryOpenSnapshots() ?? MakeIn(root, SnapshotsDirectory, PrivateMode);
        return MakeIn(snapshots, Text(number), PrivateMode);
    }

    private DirFd? TryOpenSnapshots() =>
        root.TryOpenDirectory(PathBytes.Encode(SnapshotsDirectory), ResolveFlags.NoSymlinks, out DirFd? snapshots) == Errno.None ? snapshots : null;

    private static DirFd MakeIn(DirFd parent, string name, uint mode)
    {
        byte[] path = PathBytes.Encode(name);
        Errno errno = parent.TryMakeDirectory(path, mode);
        if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("mkdirat", name, errno); }

        DirFd directory = parent.OpenDirectory(path, ResolveFlags.NoSymlinks);
        // the umask may have taken bits away
        if (errno == Errno.None && directory.TrySetMode(".\0"u8, mode) is var failed && failed != Errno.None)
        {
            directory.Dispose();
            throw new LinuxException("fchmodat", name, failed);
        }

        return directory;
    }

    private static void Check(Errno errno, string call, long number)
    {
        if (errno != Errno.None) { throw new LinuxException(call, "snapshot " + Text(number), errno); }
    }

    private static string Fs(long number) => Text(number) + "/fs";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
