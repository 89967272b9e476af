using Inro.Images.Transfers;
using Inro.Linux;
using Inro.Linux.Files;

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
        $"{root}: {failure.Message}{Missing(root, failure)}",
        $"make room on the disk of {root} (inro image prune -a), or give another directory with --root",
        failure);

    /// <summary>How much is missing, where it is known and what is free now does not suffice.</summary>
    private static string Missing(string root, IOException failure)
    {
        if (failure is not NoSpaceException image) { return ""; }

        long free = FileSystemSpace.FreeBytes(root);
        return free < image.NeededBytes
            ? $"; about {ByteSize.Text(image.NeededBytes - free)} are missing: the image needs {ByteSize.Text(image.NeededBytes)} more, {ByteSize.Text(free)} are free"
            : "";
    }
}
