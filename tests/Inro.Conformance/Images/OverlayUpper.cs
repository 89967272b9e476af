using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Linux.Files;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>Layers as a build makes them: what commands leave in the upper directory of a real overlay, its marks turned into those of layers.</summary>
internal static class OverlayUpper
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs commands of a shell over a layer.</summary>
    /// <param name="lower">The layer.</param>
    /// <param name="commands">Their directory is the merged tree; they end well.</param>
    /// <returns>The layer above, the same each time: all its times are one.</returns>
    public static TarWriter Layer(TarWriter lower, string commands)
    {
        using TempDir work = TempDir.Create();
        File.WriteAllBytes(work / "lower.tar", lower.ToArray());
        string options = $"lowerdir={work.Dir("lower")},upperdir={work.Dir("upper")},workdir={work.Dir("work")}";
        Tool.Run("tar", ["-C", work / "lower", "--numeric-owner", "-xpf", work / "lower.tar"], Deadline).Ok();
        Tool.Run("mount", ["-t", "overlay", "-o", options, "overlay", work.Dir("merged")], Deadline).Ok();
        Tool.Run("sh", ["-e", "-c", commands], Deadline, new ToolOptions { WorkingDirectory = work / "merged" }).Ok();
        Tool.Run("umount", [work / "merged"], Deadline).Ok();
        using DirFd upper = DirFd.Open(work / "upper");
        var layer = new TarWriter();
        Add(upper, "", layer);
        return layer;
    }

    private static void Add(DirFd directory, string prefix, TarWriter layer)
    {
        if (prefix.Length > 0 && ExtendedAttributes.Get(directory, "trusted.overlay.opaque\0"u8) is [(byte)'y']) { layer.File(prefix + ".wh..wh..opq", ""); }

        foreach (byte[] name in directory.List().OrderBy(static n => System.Text.Encoding.UTF8.GetString(n), StringComparer.Ordinal))
        {
            string shown = System.Text.Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
            Assert.Equal(Linux.Errno.None, directory.TryStatus(name, out FileStatus status));
            if (status.Kind == FileKind.CharacterDevice && status.Node == (0, 0)) { layer.File(prefix + ".wh." + shown, ""); }
            else if (status.Kind == FileKind.Directory)
            {
                using DirFd below = directory.OpenDirectory(name, ResolveFlags.NoSymlinks);
                layer.Directory(prefix + shown, mode: status.Permissions, uid: status.UserId, gid: status.GroupId);
                Add(below, prefix + shown + "/", layer);
            }
            else
            {
                Assert.Equal(FileKind.Regular, status.Kind);
                using Microsoft.Win32.SafeHandles.SafeFileHandle file = directory.OpenInside(name, OpenFlags.Read);
                layer.File(TarWriter.Bytes(prefix + shown), FileDescriptor.ReadToEnd(file, 1 << 20, shown), mode: status.Permissions);
            }
        }
    }
}
