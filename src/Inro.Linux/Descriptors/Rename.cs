using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Renames a path of our own, replacing what has the new name. See rename(2).</summary>
    /// <returns>False: nothing has the old name.</returns>
    public static bool Rename(string from, string to)
    {
        if (rename(from, to) == 0) { return true; }

        LinuxException failure = LinuxException.FromLastError("rename", $"{from} -> {to}");
        return failure.Errno == Errno.ENOENT ? false : throw failure;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);
}
