using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public sealed unsafe partial class FileSystemContext
{
    /// <summary>Sets an option that has a value. See fsconfig(2).</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">At most <see cref="MountCalls.MaxFsConfigStringBytes"/> bytes.</param>
    /// <exception cref="LinuxException">EINVAL: the file system does not take it.</exception>
    public void Set(string key, string value)
    {
        fixed (byte* k = PathBytes.Encode(key))
        fixed (byte* v = PathBytes.Encode(value))
        {
            Configure(MountCalls.FsConfigSetString, k, v, key);
        }
    }

    /// <summary>Sets an option that has none.</summary>
    /// <exception cref="LinuxException">EINVAL: the file system does not take it.</exception>
    public void SetFlag(string key)
    {
        fixed (byte* k = PathBytes.Encode(key)) { Configure(MountCalls.FsConfigSetFlag, k, null, key); }
    }

    private void Configure(uint command, byte* key, byte* value, string what)
    {
        if (syscall(SystemCall.Fsconfig.Number, context, command, key, value, 0) < 0) { throw LinuxException.FromLastError("fsconfig", $"{what} of {type}"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, SafeFileHandle context, uint command, byte* key, byte* value, int auxiliary);
}
