using System.Buffers.Binary;
using System.Text;

namespace Inro.Linux.Cgroups;

/// <summary>The directories in an open directory, by getdents64(2).</summary>
internal static class CgroupListing
{
    private const byte TypeDirectory = 4;
    private const int NameOffset = 19; // struct linux_dirent64: inode 8, offset 8, length 2, type 1, name

    public static List<string> Directories(int directory, string subject)
    {
        // A descriptor of its own: the offset of the shared one would be moved.
        int fd = CgroupCalls.Open(directory, ".", CgroupCalls.ReadOnly | CgroupCalls.Directory);
        if (fd < 0)
        {
            LinuxException failure = LinuxException.FromLastError("openat", subject);
            return failure.Errno is Errno.ENOENT or Errno.ENODEV ? [] : throw failure;
        }

        try
        {
            List<string> names = [];
            byte[] buffer = new byte[16 << 10];
            while (true)
            {
                int length = CgroupCalls.ListDirectory(fd, buffer);
                if (length == 0) { return names; }
                if (length < 0)
                {
                    LinuxException failure = LinuxException.FromLastError("getdents64", subject);
                    return failure.Errno is Errno.ENOENT or Errno.ENODEV ? names : throw failure; // it was removed meanwhile: nothing is below it
                }

                Collect(buffer.AsSpan(0, length), names);
            }
        }
        finally
        {
            CgroupCalls.Close(fd);
        }
    }

    private static void Collect(ReadOnlySpan<byte> entries, List<string> names)
    {
        while (!entries.IsEmpty)
        {
            ushort size = BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]);
            ReadOnlySpan<byte> name = entries[NameOffset..size];
            name = name[..name.IndexOf((byte)0)];
            if (entries[18] == TypeDirectory && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(Encoding.UTF8.GetString(name));
            }

            entries = entries[size..];
        }
    }
}
