using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Trees;

/// <summary>An entry of an archive cannot be made where it is unpacked.</summary>
public sealed class TreeException : IOException
{
    internal TreeException(string message)
        : base(message)
    {
    }

    internal TreeException(byte[] path, LinuxException cause)
        : base($"'{PathBytes.Show(path)}': {cause.Message}", cause)
    {
        Errno = cause.Errno;
        HResult = cause.HResult; // a full disk is one, wherever it was noticed
    }

    /// <summary>What the kernel said; None: the archive contradicts what is there.</summary>
    public Errno Errno { get; }
}
