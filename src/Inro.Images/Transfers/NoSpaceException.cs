using Inro.Linux;

namespace Inro.Images.Transfers;

/// <summary>The disk had no room for an image. What had come of it from a registry is kept, the rest is gone again.</summary>
public sealed class NoSpaceException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="neededBytes">See <see cref="NeededBytes"/>.</param>
    /// <param name="cause">What was noticed.</param>
    internal NoSpaceException(long neededBytes, IOException cause)
        : base(cause.Message, cause)
    {
        HResult = (int)Errno.ENOSPC;
        NeededBytes = neededBytes;
    }

    /// <summary>What the rest of the image takes, about: blobs, and the files in them.</summary>
    public long NeededBytes { get; }
}
