using System.Runtime.InteropServices;
using Inro.Linux.Files;

namespace Inro.Engine.Archives;

/// <summary>Extended attributes that belong to files, and not to what stacks layers or guards the host.</summary>
internal static class TreeAttributes
{
    /// <summary>Whether two open files have the same.</summary>
    public static bool AreSame(SafeHandle one, SafeHandle other)
    {
        List<byte[]> names = Of(one), others = Of(other);
        if (names.Count != others.Count) { return false; }

        for (int i = 0; i < names.Count; i++)
        {
            if (!names[i].AsSpan().SequenceEqual(others[i]) || !ExtendedAttributes.Get(one, names[i]).AsSpan().SequenceEqual(ExtendedAttributes.Get(other, others[i]))) { return false; }
        }

        return true;
    }

    private static List<byte[]> Of(SafeHandle file)
    {
        List<byte[]> names = [.. ExtendedAttributes.List(file).Where(static n => !IsForeign(n))];
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private static bool IsForeign(ReadOnlySpan<byte> name) =>
        name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8) || name.StartsWith("user.fuseoverlayfs."u8) || name.SequenceEqual("security.selinux\0"u8);
}
