using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.KernelTests.Images.Support;

/// <summary>Everything about a tree that a layer decides, one line for each file: two trees are the same if their lists are.</summary>
internal static class TreeList
{
    private const int MostBytes = 64 << 20;

    /// <summary>Lines as <see cref="Of"/> has them, the tree's own directory before the others as <c>.</c></summary>
    public static string OfAll(string path, params string[] withoutTimes)
    {
        using DirFd root = DirFd.Open(path);
        FileStatus status = root.Status();
        return $"{Line(root, ".\0"u8.ToArray(), ".", status, "", [.. withoutTimes])}\n{Of(path, withoutTimes)}";
    }

    /// <summary>Lines of name, type, mode, owner, size, time, which names are one file, device, link target, content, attributes.</summary>
    /// <param name="path">The tree.</param>
    /// <param name="withoutTimes">Paths whose times do not count: directories that the tree's maker made by itself.</param>
    public static string Of(string path, params string[] withoutTimes)
    {
        using DirFd root = DirFd.Open(path);
        List<string> lines = [];
        Dictionary<ulong, string> inodes = [];
        Walk(root, "", lines, inodes, [.. withoutTimes]);
        return string.Join('\n', lines);
    }

    private static void Walk(DirFd directory, string prefix, List<string> lines, Dictionary<ulong, string> inodes, HashSet<string> withoutTimes)
    {
        foreach (byte[] name in directory.List().OrderBy(n => n, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            string shown = prefix + Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1));
            Assert(directory.TryStatus(name, out FileStatus status));
            string first = status.Kind == FileKind.Directory ? "" : inodes.TryAdd(status.Inode, shown) ? "" : " same as " + inodes[status.Inode];
            lines.Add(Line(directory, name, shown, status, first, withoutTimes));
            if (status.Kind != FileKind.Directory) { continue; }

            using DirFd below = directory.OpenDirectory(name, ResolveFlags.NoSymlinks);
            Walk(below, shown + "/", lines, inodes, withoutTimes);
        }
    }

    private static string Line(DirFd directory, byte[] name, string shown, in FileStatus status, string first, HashSet<string> withoutTimes)
    {
        string time = withoutTimes.Contains(shown) ? "-" : $"{status.Modified.Seconds}.{status.Modified.Nanoseconds:d9}";
        return $"{shown} {status.Kind} {Convert.ToString(status.Permissions, 8)} {status.UserId}:{status.GroupId} {time} {status.Node}{first} {Details(directory, name, status)}";
    }

    private static string Details(DirFd directory, byte[] name, FileStatus status)
    {
        string attributes = Attributes(directory, name);
        if (status.Kind == FileKind.SymbolicLink) { return "-> " + Encoding.Latin1.GetString(directory.ReadLink(name)) + attributes; }

        if (status.Kind != FileKind.Regular) { return attributes; }

        using SafeFileHandle file = directory.OpenInside(name, OpenFlags.Read | OpenFlags.NoFollow);
        return $"{status.Size} {Digest.Sha256(FileDescriptor.ReadToEnd(file, MostBytes, "file")).ShortHex} " + attributes;
    }

    private static string Attributes(DirFd directory, byte[] name) => string.Join(' ', ExtendedAttributes.List(directory, name)
        .Select(a => Encoding.UTF8.GetString(a).TrimEnd('\0') + "=" + Convert.ToHexString(ExtendedAttributes.Get(directory, name, a)!)).Order(StringComparer.Ordinal));

    private static void Assert(Errno errno) => Xunit.Assert.Equal(Errno.None, errno);
}
