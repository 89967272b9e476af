using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Removes a name of our own; one that is not there is fine. See unlink(2).</summary>
    public static void Unlink(string path)
    {
        if (unlink(path) == 0) { return; }

        LinuxException failure = LinuxException.FromLastError("unlink", path);
        if (failure.Errno != Errno.ENOENT) { throw failure; }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);
}
