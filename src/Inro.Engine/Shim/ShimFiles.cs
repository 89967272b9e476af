using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Small files that are read as a whole.</summary>
internal static class ShimFiles
{
    /// <summary>All bytes of a file.</summary>
    /// <exception cref="ShimException">More than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAll(SafeFileHandle file, int maxBytes)
    {
        try { return FileDescriptor.ReadToEnd(file, maxBytes, "a file"); }
        catch (InvalidDataException tooLong) { throw new ShimException(ExitStatuses.RunFailed, tooLong.Message, inner: tooLong); }
    }
}
