using System.Runtime.InteropServices;

namespace Inro.Linux.Seccomp;

/// <summary>Tells whether the host's libseccomp has been replaced, without loading it.</summary>
public static unsafe partial class SeccompLibrary
{
    private const int AtCurrentDirectory = -100;
    private const uint WantIdentity = 0x100 | 0x200 | 0x40; // STATX_INO | STATX_SIZE | STATX_MTIME

    /// <summary>Inode, size and time of change of the library where distributions put it; empty where it is elsewhere.</summary>
    /// <remarks>A newer library knows more calls, so a filter that an older one compiled is compiled again.</remarks>
    public static string Identity() =>
        Of(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "/usr/lib/aarch64-linux-gnu/libseccomp.so.2" : "/usr/lib/x86_64-linux-gnu/libseccomp.so.2")
        ?? Of("/usr/lib64/libseccomp.so.2") ?? Of("/usr/lib/libseccomp.so.2") ?? "";

    private static string? Of(string path)
    {
        Statx data = default;
        return statx(AtCurrentDirectory, path, 0, WantIdentity, &data) == 0 ? $"{data.Inode} {data.Size} {data.ChangedSeconds} {data.ChangedNanoseconds}" : null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* data);

    /// <summary>struct statx, of which three fields are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ChangedSeconds;

        [FieldOffset(120)]
        public uint ChangedNanoseconds;
    }
}
