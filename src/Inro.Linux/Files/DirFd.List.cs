using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    private const int ListBufferBytes = 8 << 10; // on the stack: about 200 names a call

    /// <summary>The names in this directory, each ending with a zero byte, without "." and "..". See getdents64(2).</summary>
    /// <remarks>It reads from the start on every call, so one object must not list from two threads at once.</remarks>
    /// <param name="most">How many names the caller can bear.</param>
    /// <exception cref="LinuxException">EOVERFLOW: there are more.</exception>
    public List<byte[]> List(int most = int.MaxValue)
    {
        Rewind();
        List<byte[]> names = [];
        Span<byte> buffer = stackalloc byte[ListBufferBytes];
        while (true)
        {
            int count = ReadEntries(buffer);
            if (count == 0) { return names; }

            for (int at = 0; at < count;)
            {
                // ino 8, offset 8, length 2, type 1, name
                int length = BinaryPrimitives.ReadUInt16LittleEndian(buffer[(at + 16)..]);
                ReadOnlySpan<byte> name = buffer.Slice(at + 19, length - 19);
                name = name[..(name.IndexOf((byte)0) + 1)];
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8)) { names.Add(name.ToArray()); }

                if (names.Count > most) { throw new LinuxException("getdents64", "directory", Errno.EOVERFLOW); }

                at += length;
            }
        }
    }

    /// <summary>Whether there is no name in this directory but "." and "..".</summary>
    public bool IsEmpty()
    {
        Rewind();
        Span<byte> buffer = stackalloc byte[ListBufferBytes];
        for (int count = ReadEntries(buffer); count > 0; count = ReadEntries(buffer))
        {
            for (int at = 0; at < count; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer[(at + 16)..]))
            {
                ReadOnlySpan<byte> name = buffer[(at + 19)..];
                if (!name.StartsWith(".\0"u8) && !name.StartsWith("..\0"u8)) { return false; }
            }
        }

        return true;
    }

    private int ReadEntries(Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            nint count = getdents64(this, p, buffer.Length);
            if (count >= 0) { return (int)count; }

            var failure = LinuxException.FromLastError("getdents64", "directory");
            return failure.Errno == Errno.ENOENT ? 0 : throw failure; // removed meanwhile: it holds nothing
        }
    }

    private void Rewind()
    {
        if (lseek(this, 0, 0) < 0) { throw LinuxException.FromLastError("lseek", "directory"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(DirFd directory, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(DirFd directory, long offset, int whence);
}
