using System.Text.Json;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Manifests;

/// <summary>The lists of an instance: a file for each, named by the digest of the list's name.</summary>
/// <param name="paths">Of the instance.</param>
public sealed class ManifestListStore(InstancePaths paths)
{
    private const int MaxFileBytes = 64 << 20;
    private const uint DirectoryMode = 0x1C0; // 0700
    private const string LockName = "lock";
    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(30);

    /// <summary>The list of that name, or null.</summary>
    public ManifestList? Find(ImageReference name)
    {
        using DirFd directory = Open();
        return Read(directory, name);
    }

    /// <summary>Puts a list in the place of the one that there is, under a lock.</summary>
    /// <param name="name">Which.</param>
    /// <param name="change">Given the list that there is, or null; returns the new one.</param>
    public ManifestList Change(ImageReference name, Func<ManifestList?, ManifestList> change)
    {
        using DirFd directory = Open();
        using FileLock alone = FileLock.Acquire(directory, LockName, shared: false, LockDeadline);
        ManifestList changed = change(Read(directory, name));
        AtomicFile.Write(directory, FileOf(name), JsonSerializer.SerializeToUtf8Bytes(changed, ManifestListJson.Default.ManifestList));
        return changed;
    }

    /// <summary>Removes a list; false if there was none.</summary>
    public bool Remove(ImageReference name)
    {
        using DirFd directory = Open();
        return directory.TryRemove(PathBytes.Encode(FileOf(name))) == Errno.None;
    }

    private static ManifestList? Read(DirFd directory, ImageReference name)
    {
        if (directory.TryOpenInside(PathBytes.Encode(FileOf(name)), OpenFlags.Read | OpenFlags.NoFollow, 0, ResolveFlags.NoSymlinks, out SafeFileHandle? file) != Errno.None) { return null; }

        using (file)
        {
            try { return JsonSerializer.Deserialize(FileDescriptor.ReadToEnd(file!, MaxFileBytes, "list"), ManifestListJson.Default.ManifestList); }
            catch (JsonException damaged)
            {
                throw new EngineException(ErrorCode.DataLoss, $"the manifest list {name.Familiar} cannot be read: {damaged.Message}", $"inro manifest rm {name.Familiar}, and make it again", damaged);
            }
        }
    }

    private DirFd Open()
    {
        using DirFd root = DirFd.Open(paths.Root);
        byte[] manifests = PathBytes.Encode("manifests");
        Errno errno = root.TryMakeDirectory(manifests, DirectoryMode);
        return errno is Errno.None or Errno.EEXIST ? root.OpenDirectory(manifests, ResolveFlags.NoSymlinks) : throw new LinuxException("mkdirat", "manifests", errno);
    }

    private static string FileOf(ImageReference name) => Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(name.ToString())).Hex + ".json";
}
