using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

/// <summary>Tells one file from another whatever their names.</summary>
/// <param name="DeviceMajor">The device's major number.</param>
/// <param name="DeviceMinor">The device's minor number.</param>
/// <param name="Inode">The inode.</param>
/// <param name="Size">Size in bytes at the time of the call.</param>
/// <param name="Mode">File type and permission bits.</param>
/// <param name="ModifiedAtNanoseconds">Last change of content, nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode, long Size, uint Mode, long ModifiedAtNanoseconds)
{
    /// <summary>The same file.</summary>
    public bool IsSameFile(in FileIdentity other) =>
        Inode == other.Inode && DeviceMajor == other.DeviceMajor && DeviceMinor == other.DeviceMinor;
}
