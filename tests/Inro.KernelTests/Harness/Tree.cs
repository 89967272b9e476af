namespace Inro.KernelTests.Harness;

/// <summary>Gives back what a test left under a directory of its own.</summary>
internal static class Tree
{
    private static readonly TimeSpan ToolDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Lets go of every mount at or beneath <paramref name="directory"/>, the topmost first.</summary>
    /// <exception cref="InvalidOperationException">Something is still mounted there: removing the tree would reach into it.</exception>
    public static void Unmount(string directory)
    {
        foreach (MountLine mount in MountTable.Under(directory).Reverse())
        {
            Tool.Run("umount", ["--lazy", "--", mount.Target], ToolDeadline);
        }

        if (MountTable.Under(directory).FirstOrDefault() is { } left)
        {
            throw new InvalidOperationException($"{left.Target} ({left.FileSystem}) is still mounted, so {directory} is not removed");
        }
    }

    /// <summary>Removes the tree, names that are not UTF-8 and directories without permissions included.</summary>
    /// <exception cref="InvalidOperationException">Something could not be removed.</exception>
    public static void Remove(string directory)
    {
        try
        {
            if (Directory.Exists(directory)) { Directory.Delete(directory, recursive: true); }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ToolResult result = Tool.Run("rm", ["-rf", "--one-file-system", "--", directory], ToolDeadline);
            if (result.ExitCode != 0) { throw new InvalidOperationException($"cannot remove {directory}: {result.Error}", e); }
        }
    }
}
