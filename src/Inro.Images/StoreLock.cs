using Inro.Linux.Files;

namespace Inro.Images;

/// <summary>Keeps what a load has not yet recorded from being taken for garbage: loads share the lock, a collection has it alone.</summary>
/// <remarks>It is the kernel's (flock), so a killed load needs no repair: its leavings are garbage from that moment on.</remarks>
public static class StoreLock
{
    /// <summary>Name of the lock file in the store's directory.</summary>
    public const string FileName = "images.lock";

    /// <summary>For work that makes blobs or snapshots before their rows.</summary>
    public static FileLock Share(DirFd root, TimeSpan deadline) => FileLock.Acquire(root, FileName, shared: true, deadline);

    /// <summary>For a collection; null where something is being made right now.</summary>
    public static FileLock? TryOwn(DirFd root) => FileLock.TryAcquire(root, FileName, shared: false, TimeSpan.Zero);
}
