using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Layers;

/// <summary>Times of a layer's directories until all files in them are made. What is beyond one buffer goes into a file without a name on the layer's own disk.</summary>
/// <remarks>A record: length of the path (2 bytes), the path and a zero byte, both times.</remarks>
/// <param name="root">The layer's directory.</param>
internal sealed class DirectoryTimes(DirFd root) : IDisposable
{
    /// <summary>Bytes held in memory; more than any record.</summary>
    private const int BufferBytes = 64 * 1024;

    private const int LengthBytes = 2;
    private const uint OwnerOnly = 0x180; // 0600
    private const string Subject = "times of directories";

    /// <summary>No entry of a layer makes this name: it has a whiteout's prefix.</summary>
    private static ReadOnlySpan<byte> FileName => ".wh..wh.times\0"u8;

    private static readonly int TimesBytes = 2 * Marshal.SizeOf<TimeSpec>();

    private byte[] buffer = [];
    private int filled;
    private SafeFileHandle? file;
    private long written;

    /// <summary>Notes the times of a directory; of several notes about one path the last one counts.</summary>
    public void Add(ReadOnlySpan<byte> path, TarEntry entry)
    {
        if (path.Length > TarLimits.MaxPathBytes) { throw new LayerException(entry, $"a path longer than {TarLimits.MaxPathBytes} bytes"); }

        Add(path, entry.Accessed ?? entry.Modified, entry.Modified);
    }

    /// <summary>The same for a directory that is there.</summary>
    public void Add(ReadOnlySpan<byte> path, TimeSpec accessed, TimeSpec modified)
    {
        if (buffer.Length == 0) { buffer = new byte[BufferBytes]; }

        int size = LengthBytes + path.Length + 1 + TimesBytes;
        if (filled + size > BufferBytes) { Spill(); }

        Span<byte> record = buffer.AsSpan(filled, size);
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)path.Length);
        path.CopyTo(record[LengthBytes..]);
        record[LengthBytes + path.Length] = 0;
        ReadOnlySpan<TimeSpec> times = [accessed, modified];
        MemoryMarshal.AsBytes(times).CopyTo(record[^TimesBytes..]);
        filled += size;
    }

    /// <summary>Sets all of them.</summary>
    /// <exception cref="LinuxException">The disk is full, or the kernel refused.</exception>
    public void Restore()
    {
        if (file is null)
        {
            Restore(buffer.AsSpan(0, filled));
            return;
        }

        Spill();
        int kept = 0;
        for (long at = 0; at < written;)
        {
            int count = FileDescriptor.ReadAt(file, buffer.AsSpan(kept), at, Subject);
            if (count == 0) { throw new LinuxException("pread64", Subject, Errno.EIO); }

            at += count;
            int whole = Restore(buffer.AsSpan(0, kept + count));
            kept += count - whole;
            buffer.AsSpan(whole, kept).CopyTo(buffer);
        }
    }

    public void Dispose() => file?.Dispose();

    /// <returns>Bytes of the records that were whole.</returns>
    private int Restore(ReadOnlySpan<byte> records)
    {
        int done = 0;
        while (records.Length - done >= LengthBytes)
        {
            ReadOnlySpan<byte> record = records[done..];
            int length = BinaryPrimitives.ReadUInt16LittleEndian(record);
            int size = LengthBytes + length + 1 + TimesBytes;
            if (size > record.Length) { break; }

            ReadOnlySpan<byte> path = length == 0 ? ".\0"u8 : record.Slice(LengthBytes, length + 1);
            Restore(path, MemoryMarshal.Cast<byte, TimeSpec>(record.Slice(size - TimesBytes, TimesBytes)));
            done += size;
        }

        return done;
    }

    private void Restore(ReadOnlySpan<byte> path, ReadOnlySpan<TimeSpec> times)
    {
        // a later entry may have put something else in its place
        if (root.TryOpenDirectory(path, ResolveFlags.NoSymlinks, out DirFd? directory) != Errno.None) { return; }

        using (directory)
        {
            Errno errno = directory!.TrySetTimes(".\0"u8, times[0], times[1]);
            if (errno != Errno.None) { throw new LinuxException("utimensat", PathBytes.Show(path), errno); }
        }
    }

    private void Spill()
    {
        if (file is null)
        {
            Errno errno = root.TryOpenInside(FileName, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, OwnerOnly, ResolveFlags.None, out file);
            if (errno == Errno.None) { errno = root.TryRemove(FileName); } // O_TMPFILE is not on every file system

            if (errno != Errno.None) { throw new LinuxException("openat2", Subject, errno); }
        }

        FileDescriptor.WriteAllAt(file!, buffer.AsSpan(0, filled), written, Subject);
        written += filled;
        filled = 0;
    }
}
