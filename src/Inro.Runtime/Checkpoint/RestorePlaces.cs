using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>Makes the places in a root that a container's mounts lie on, as its creation does: criu finds them there, or fails.</summary>
/// <param name="root">The root, bound in a mount namespace of this thread alone: binds are mounted in it, for a later place may lie in one.</param>
/// <param name="bundle">Where relative sources start.</param>
/// <param name="owner">Who owns what is made: the container's root.</param>
internal sealed class RestorePlaces(DirFd root, string bundle, (uint User, uint Group) owner)
{
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644

    /// <summary>Makes those of all mounts.</summary>
    /// <exception cref="LinuxException">One cannot be made.</exception>
    public void Make(IReadOnlyList<MountConfig> mounts)
    {
        // What lies in a file system of the container's own is not there yet, and comes out of the images.
        var restored = new List<string>();
        foreach (MountConfig mount in mounts)
        {
            string[] names = ContainerPath.Names("mounts", mount.Destination);
            string path = ContainerPath.Join(names);
            if (names.Length == 0 || restored.Exists(above => ContainerPath.IsAtOrBelow(path, above))) { continue; }

            string? source = ExternalMounts.Source(mount, bundle);
            using SafeFileHandle place = Place(names, isFile: source is not null && !Directory.Exists(source));
            if (source is null) { restored.Add(path); }
            else { PrivateMounts.Bind(source, place); }
        }
    }

    private SafeFileHandle Place(string[] names, bool isFile)
    {
        string path = ContainerPath.Join(names);
        if (root.TryOpenInside(PathBytes.Encode(path), OpenFlags.PathOnly, 0, ResolveFlags.None, out SafeFileHandle? found) == Errno.None) { return found!; } // not null: opened

        DirFd parent = root.OpenDirectory("/");
        for (int depth = 1; depth < names.Length; depth++)
        {
            using DirFd above = parent;
            string name = names[depth - 1];
            Own(above, name, above.TryMakeDirectory(PathBytes.Encode(name), DirectoryMode));
            parent = root.OpenDirectory(ContainerPath.Join(names.AsSpan(..depth)));
        }

        using (parent)
        {
            byte[] last = PathBytes.Encode(names[^1]);
            Own(parent, names[^1], isFile ? parent.TryMakeNode(last, FileKind.Regular, FileMode) : parent.TryMakeDirectory(last, DirectoryMode));
        }

        return root.OpenInside(path, OpenFlags.PathOnly);
    }

    private void Own(DirFd directory, string name, Errno made)
    {
        if (made == Errno.EEXIST) { return; } // whether it will do is seen when it is opened

        if (made != Errno.None) { throw new LinuxException("mkdirat", name, made); }

        if (owner == default) { return; }

        Errno given = directory.TrySetOwner(PathBytes.Encode(name), owner.User, owner.Group);
        if (given != Errno.None) { throw new LinuxException("fchownat", name, given); }
    }
}
