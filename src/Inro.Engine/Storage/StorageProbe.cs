using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Storage;

/// <summary>Finds out which kinds of snapshots work on a store's file system, by making one of each and changing files in it as a container would.</summary>
/// <param name="snapshots">Where the store has its snapshots; an absolute path. It is made if it is not there.</param>
internal sealed class StorageProbe(string snapshots)
{
    private const int MaxAttempts = 3;

    /// <summary>The first kind that works. Plain copies do everywhere.</summary>
    /// <exception cref="IOException">The disk has no room to find it out.</exception>
    public SnapshotKind FirstThatWorks()
    {
        foreach (SnapshotKind kind in SnapshotKinds.All)
        {
            if (WhyNot(kind) is null) { return kind; }
        }

        return SnapshotKind.Copy;
    }

    /// <summary>Why a kind cannot be used here; null: it can.</summary>
    /// <exception cref="IOException">The disk has no room to find it out, which says nothing about the kind.</exception>
    public string? WhyNot(SnapshotKind kind)
    {
        if (kind == SnapshotKind.Copy) { return null; }

        for (int attempt = 1; ; attempt++)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{snapshots}/probe-{KernelRandom.Hex(8)}"); // no row knows it: what a kill leaves is collected
            try
            {
                Directory.CreateDirectory(snapshots, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                Make(place);
                return Try(kind, place);
            }
            catch (Exception failure) when (!IsFull(failure) && failure is (StorageException or IOException or UnauthorizedAccessException))
            {
                if (Directory.Exists(place + "/lower") || attempt == MaxAttempts) { return failure.Message; } // else another command has collected it just now
            }
            finally { Remove(place); }
        }
    }

    private static bool IsFull(Exception failure) => failure is IOException disk && FullDisk.Is(disk);

    private static void Make(string place)
    {
        foreach (string name in (ReadOnlySpan<string>)["/lower/dir/below", "/upper", "/work"]) { Directory.CreateDirectory(place + name); }

        File.WriteAllBytes(place + "/lower/file", "lower"u8);
    }

    private static string? Try(SnapshotKind kind, string place)
    {
        if (kind == SnapshotKind.FuseOverlay)
        {
            using FuseOverlay fuse = FuseOverlay.Mount(new SnapshotMount { Directory = place, Lower = ["lower"], Upper = "upper", Work = "work" });
            try { return Change(fuse.Root); }
            finally { fuse.AwaitEnd(); }
        }

        using SafeFileHandle mount = Overlay(place);
        return Change(mount);
    }

    private static SafeFileHandle Overlay(string place)
    {
        using DirFd directory = DirFd.Open(place);
        using FileSystemContext overlay = FileSystemContext.Open("overlay");
        string here = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Number}/"); // short, whatever the store's path is
        overlay.Set("source", "overlay");
        overlay.Set("lowerdir", here + "lower");
        overlay.Set("upperdir", here + "upper");
        overlay.Set("workdir", here + "work");
        if (!Inro.Linux.Namespaces.UserNamespace.IsInitial) { overlay.SetFlag("userxattr"); }

        return overlay.Mount();
    }

    /// <summary>What needs the upper file system's help: a copy up, a whiteout, a directory that hides the one below.</summary>
    private static string? Change(SafeFileHandle mount)
    {
        using DirFd root = DirFd.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{mount.DangerousGetHandle()}"));
        (string What, Errno Errno)[] results =
        [
            ("change a file of a layer", root.TrySetMode("file\0"u8, 0x180)),
            ("remove it", root.TryRemove("file\0"u8)),
            ("remove a directory", RemoveDirectory(root)),
            ("make it anew", root.TryMakeDirectory("dir\0"u8, 0x1C0)),
        ];
        foreach ((string what, Errno errno) in results)
        {
            if (errno is Errno.ENOSPC or Errno.EDQUOT) { throw new LinuxException("probe", what, errno); }

            if (errno != Errno.None) { return $"it mounts, but to {what} fails: {errno}"; }
        }

        using DirFd made = root.OpenDirectory("dir\0"u8);
        return made.List().Count == 0 ? null : "it mounts, but a directory that was made anew shows what it hides";
    }

    private static Errno RemoveDirectory(DirFd root)
    {
        root.RemoveTree("dir\0"u8);
        return root.TryStatus("dir\0"u8, out _) == Errno.ENOENT ? Errno.None : Errno.ENOTEMPTY;
    }

    private void Remove(string place)
    {
        if (!Directory.Exists(snapshots)) { return; }

        using DirFd parent = DirFd.Open(snapshots);
        parent.RemoveTree(place[(place.LastIndexOf('/') + 1)..]);
    }
}
