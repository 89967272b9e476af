using System.Globalization;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Small files of ours, read and replaced as a whole.</summary>
internal static class ShimFiles
{
    private const uint Mode = 0x180; // 0600

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="ShimException">More than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAll(SafeFileHandle file, int maxBytes)
    {
        long size = Descriptor.Identity(file).Size;
        if (size > maxBytes) { throw new ShimException(ExitStatuses.RunFailed, $"a file has {size} bytes, more than {maxBytes}"); }

        byte[] bytes = new byte[size];
        int filled = 0;
        while (filled < bytes.Length)
        {
            int count = Descriptor.ReadAt(file, bytes.AsSpan(filled), filled);
            if (count == 0) { break; }

            filled += count;
        }

        return filled == bytes.Length ? bytes : bytes[..filled];
    }

    /// <summary>Replaces a file as a whole: readers see the old bytes or the new. For directories that do not outlive the boot, so no flush.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}");
        using (SafeFileHandle file = Descriptor.Open(temporary, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, Mode))
        {
            while (bytes.Length > 0)
            {
                int taken = Descriptor.Write(file, bytes);
                if (taken < 0)
                {
                    Descriptor.Unlink(temporary);
                    throw new LinuxException("write", path, (Errno)(-taken));
                }

                bytes = bytes[taken..];
            }
        }

        Descriptor.Rename(temporary, path);
    }
}
