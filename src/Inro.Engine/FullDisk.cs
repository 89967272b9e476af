using Inro.Linux;

namespace Inro.Engine;

/// <summary>A disk without room, from whatever call it was noticed in.</summary>
public static class FullDisk
{
    /// <summary>True where the kernel said ENOSPC or EDQUOT, to us or to the framework, which keeps the errno in the same place.</summary>
    public static bool Is(IOException failure) => failure.HResult is (int)Errno.ENOSPC or (int)Errno.EDQUOT;

    /// <summary>The failure as a person reads it.</summary>
    /// <param name="root">The instance's root.</param>
    /// <param name="failure">What was noticed.</param>
    public static EngineException At(string root, IOException failure) => new(
        ErrorCode.ResourceExhausted,
        $"{root}: {failure.Message}",
        $"make room on the disk of {root}, or give another directory with --root",
        failure);
}
