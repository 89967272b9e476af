using System.Runtime.InteropServices;
using Inro.Linux.Files;

namespace Inro.Linux.Mounts;

public static unsafe partial class PrivateMounts
{
    /// <summary>Mounts an overlay with options of up to a page. Relative names in them start at the working directory.</summary>
    /// <param name="target">Where.</param>
    /// <param name="options">At most <see cref="MountCalls.MaxMountDataBytes"/> bytes.</param>
    public static void Overlay(string target, string options)
    {
        fixed (byte* type = "overlay\0"u8)
        fixed (byte* data = PathBytes.Encode(options))
        {
            if (mount("overlay", target, type, 0, data) < 0) { throw LinuxException.FromLastError("mount", "overlay on " + target); }
        }
    }

    /// <summary>Changes the working directory of this thread alone: it has one of its own in <see cref="Run"/>.</summary>
    public static void EnterDirectory(string path)
    {
        if (chdir(path) < 0) { throw LinuxException.FromLastError("chdir", path); }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chdir(string path);
}
