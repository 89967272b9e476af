using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Makes a FIFO. See mkfifo(3), chmod(2).</summary>
    /// <param name="path">A path of our own.</param>
    /// <param name="mode">Permission bits, whatever the umask.</param>
    /// <exception cref="LinuxException">EEXIST: there already.</exception>
    public static void MakeFifo(string path, uint mode)
    {
        if (mkfifo(path, mode) < 0) { throw LinuxException.FromLastError("mkfifo", path); }

        if (chmod(path, mode) < 0) { throw LinuxException.FromLastError("chmod", path); }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);
}
