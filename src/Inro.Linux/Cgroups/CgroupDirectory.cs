using System.Runtime.InteropServices;
using System.Text;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Cgroups;

/// <summary>One open cgroup in one tree. Files are reached through the directory's descriptor only.</summary>
/// <remarks>Errors name the whole path of the file; a cgroup that vanished answers ENODEV or ENOENT.</remarks>
public sealed class CgroupDirectory : IDisposable
{
    /// <summary>No file of a cgroup is longer; io.stat of a host with thousands of disks comes near.</summary>
    private const int MaxFileBytes = 4 << 20;

    private readonly DirFd directory;

    private CgroupDirectory(DirFd directory, string path)
    {
        this.directory = directory;
        Path = path;
    }

    /// <summary>Where it is, for messages: mount point and path.</summary>
    public string Path { get; }

    /// <summary>The open directory: what CLONE_INTO_CGROUP takes for the v2 tree.</summary>
    public DirFd Descriptor => directory;

    /// <summary>Opens an existing cgroup.</summary>
    /// <param name="mountPoint">Of the tree.</param>
    /// <param name="path">Below the mount point, checked by <see cref="CgroupPath"/>.</param>
    /// <exception cref="LinuxException">ENOENT: there is none.</exception>
    public static CgroupDirectory Open(string mountPoint, string path) =>
        TryOpen(mountPoint, path) ?? throw LinuxException.FromLastError("openat", mountPoint + path);

    /// <summary>Opens an existing cgroup, or answers null where there is none or no permission; the errno stays readable.</summary>
    public static CgroupDirectory? TryOpen(string mountPoint, string path)
    {
        string full = path == "/" ? mountPoint : mountPoint + path;
        int fd = CgroupCalls.Open(-100, full, CgroupCalls.ReadOnly | CgroupCalls.Directory);
        return fd < 0 ? null : new(DirFd.Own(fd), full);
    }

    /// <summary>Makes the cgroup <paramref name="name"/> in this one. False: it is there already.</summary>
    /// <param name="name">One component.</param>
    /// <exception cref="LinuxException">The kernel refused; EROFS and EACCES: not delegated to us.</exception>
    public bool MakeChild(string name)
    {
        if (CgroupCalls.MakeDirectory(directory.Number, name) == 0) { return true; }
        return (Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST ? false : throw LinuxException.FromLastError("mkdirat", Path + "/" + name);
    }

    /// <summary>Opens a cgroup below this one.</summary>
    public CgroupDirectory OpenChild(string name)
    {
        int fd = CgroupCalls.Open(directory.Number, name, CgroupCalls.ReadOnly | CgroupCalls.Directory);
        return fd < 0 ? throw LinuxException.FromLastError("openat", Path + "/" + name) : new(DirFd.Own(fd), Path + "/" + name);
    }

    /// <summary>Opens a cgroup below this one, or answers null where it is gone.</summary>
    public CgroupDirectory? TryOpenChild(string name)
    {
        int fd = CgroupCalls.Open(directory.Number, name, CgroupCalls.ReadOnly | CgroupCalls.Directory);
        return fd < 0 ? null : new(DirFd.Own(fd), Path + "/" + name);
    }

    /// <summary>Removes the cgroup <paramref name="name"/> of this one. ENOENT counts as done; EBUSY: something is still in it.</summary>
    public Errno RemoveChild(string name)
    {
        if (CgroupCalls.RemoveDirectory(directory.Number, name) == 0) { return Errno.None; }
        var errno = (Errno)Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? Errno.None : errno;
    }

    /// <summary>Writes one value in one call, as cgroup files want it.</summary>
    /// <exception cref="LinuxException">Names file, value and errno.</exception>
    public void Write(string file, string value)
    {
        Errno errno = TryWrite(file, value);
        if (errno != Errno.None) { throw new LinuxException("write", $"{Path}/{file} = {value}", errno); }
    }

    /// <summary>Writes one value; answers the errno of the open or the write.</summary>
    public Errno TryWrite(string file, string value)
    {
        int fd = CgroupCalls.Open(directory.Number, file, CgroupCalls.WriteOnly);
        if (fd < 0) { return (Errno)Marshal.GetLastPInvokeError(); }
        try
        {
            return TryWrite(fd, value);
        }
        finally
        {
            CgroupCalls.Close(fd);
        }
    }

    /// <summary>Reads a file whole, without its last newline.</summary>
    /// <exception cref="LinuxException">ENOENT: this kernel or tree has no such file.</exception>
    public string Read(string file)
    {
        byte[] bytes = CgroupFile.ReadAll(directory.Number, file, $"{Path}/{file}", MaxFileBytes);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\n');
    }

    /// <summary>Reads a file whole, or answers null where there is none.</summary>
    public string? TryRead(string file)
    {
        try
        {
            return Read(file);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV or Errno.EOPNOTSUPP or Errno.ENOTSOCK)
        {
            return null;
        }
    }

    /// <summary>Opens a file for the launch to write to, cgroup.procs above all.</summary>
    public SafeFileHandle OpenForWriting(string file)
    {
        int fd = CgroupCalls.Open(directory.Number, file, CgroupCalls.WriteOnly);
        return fd < 0 ? throw LinuxException.FromLastError("openat", $"{Path}/{file}") : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens a file for reading or polling.</summary>
    public SafeFileHandle OpenForReading(string file)
    {
        int fd = CgroupCalls.Open(directory.Number, file, CgroupCalls.ReadOnly);
        return fd < 0 ? throw LinuxException.FromLastError("openat", $"{Path}/{file}") : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>The names of the cgroups directly in this one.</summary>
    public IReadOnlyList<string> Children() => CgroupListing.Directories(directory.Number, Path);

    /// <summary>The processes in this cgroup itself, in the reader's pid namespace; not those of its children.</summary>
    public IReadOnlyList<int> Processes()
    {
        string? text = TryRead("cgroup.procs");
        List<int> pids = [];
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (int.TryParse(line, out int pid) && pid > 0) { pids.Add(pid); }
        }

        return pids;
    }

    /// <inheritdoc/>
    public void Dispose() => directory.Dispose();

    private static Errno TryWrite(int fd, string value)
    {
        Span<byte> bytes = stackalloc byte[512];
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > bytes.Length) { bytes = new byte[length]; }

        Encoding.UTF8.GetBytes(value, bytes);
        while (CgroupCalls.Write(fd, bytes[..length]) < 0)
        {
            var errno = (Errno)Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR) { return errno; }
        }

        return Errno.None;
    }
}
