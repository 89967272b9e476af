using System.Globalization;
using System.Text;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>The mounts of a container as the kernel lists them, and which of them a path inside leads to.</summary>
internal sealed class MountTable : IDisposable
{
    /// <summary>A container may fill its own table: more than this is refused.</summary>
    private const int MaxTableBytes = 32 * 1024 * 1024;

    private readonly IReadOnlyDictionary<int, string> places;
    private readonly DirFd root;

    private MountTable(IReadOnlyDictionary<int, string> places, DirFd root)
    {
        this.places = places;
        this.root = root;
    }

    /// <summary>Reads the table of a process that is known not to end meanwhile, or whose end makes what follows fail.</summary>
    public static MountTable Read(int pid)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
        using SafeFileHandle table = Descriptor.Open(process + "/mountinfo", OpenFlags.Read);
        byte[] bytes = ReadStream(table);
        return new MountTable(MountPoints.ById(Encoding.UTF8.GetString(bytes)), DirFd.Open(process + "/root"));
    }

    /// <summary>The place of the mount that a path inside leads to, as the kernel names it, links resolved; null where the path leads to no mount's top.</summary>
    /// <param name="path">Absolute, of the container; it is resolved inside the container's root.</param>
    /// <param name="kind">What is mounted there.</param>
    public string? MountAt(string path, out FileKind kind)
    {
        kind = FileKind.None;
        if (root.TryOpenInside(PathBytes.Encode(path), OpenFlags.PathOnly, 0, ResolveFlags.None, out SafeFileHandle? place) != 0) { return null; }

        using (place)
        {
            FileStatus status = FileDescriptor.Status(place!, path); // not null: it was opened
            kind = status.Kind;
            return places.TryGetValue((int)status.Mount, out string? point) && IsTop(status, point) ? point : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    // The same mount may be reached below its top: then the path is no mount of its own.
    private bool IsTop(in FileStatus place, string point)
    {
        if (root.TryOpenInside(PathBytes.Encode(point), OpenFlags.PathOnly, 0, ResolveFlags.NoSymlinks, out SafeFileHandle? top) != 0) { return false; }

        using (top) { return FileDescriptor.Status(top!, point).IsSameFile(place); } // not null: it was opened
    }

    private static byte[] ReadStream(SafeFileHandle file)
    {
        byte[] bytes = new byte[64 * 1024];
        int length = 0;
        for (int count; (count = FileDescriptor.Read(file, bytes.AsSpan(length), "mountinfo")) > 0;)
        {
            length += count;
            if (length > MaxTableBytes) { throw new InvalidDataException($"the container's table of mounts is longer than {MaxTableBytes} bytes"); }

            if (length == bytes.Length) { Array.Resize(ref bytes, length * 2); }
        }

        return bytes[..length];
    }
}
