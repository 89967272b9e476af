using System.Text;

namespace Inro.Linux.Cgroups;

/// <summary>One line of /proc/self/mountinfo that may be a cgroup tree. See proc_pid_mountinfo(5).</summary>
internal readonly struct CgroupMountLine
{
    public string Device { get; private init; }
    public string Root { get; private init; }
    public string MountPoint { get; private init; }
    public bool IsCgroup { get; private init; }
    public bool IsUnified { get; private init; }
    public IReadOnlyList<string> Controllers { get; private init; }
    public string? Name { get; private init; }

    // id parent major:minor root mountpoint options [optional...] - type source super-options
    public static CgroupMountLine Parse(ReadOnlySpan<byte> line, int dash)
    {
        ReadOnlySpan<byte> head = line[..dash];
        ReadOnlySpan<byte> tail = line[(dash + 3)..];
        TakeWord(ref head);
        TakeWord(ref head);
        string device = Encoding.ASCII.GetString(TakeWord(ref head));
        string root = Unescape(TakeWord(ref head));
        string mountPoint = Unescape(TakeWord(ref head));
        ReadOnlySpan<byte> type = TakeWord(ref tail);
        TakeWord(ref tail);
        bool unified = type.SequenceEqual("cgroup2"u8);
        bool legacy = type.SequenceEqual("cgroup"u8);
        (List<string> controllers, string? name) = legacy ? Options(tail) : ([], null);
        return new()
        {
            Device = device,
            Root = root,
            MountPoint = mountPoint,
            IsUnified = unified,
            IsCgroup = unified || legacy,
            Controllers = controllers,
            Name = name,
        };
    }

    /// <summary>Whether the key of a line of /proc/self/cgroup means this hierarchy.</summary>
    public bool Is(ReadOnlySpan<byte> key)
    {
        if (IsUnified) { return key.IsEmpty; }
        string text = Encoding.ASCII.GetString(key);
        return Name is not null && Controllers.Count == 0 ? text == "name=" + Name : text.Split(',').Contains(Controllers.Count > 0 ? Controllers[0] : "", StringComparer.Ordinal);
    }

    // The super-block's options hold the controllers among flags of the mount.
    private static (List<string> Controllers, string? Name) Options(ReadOnlySpan<byte> options)
    {
        List<string> controllers = [];
        string? name = null;
        foreach (string option in Encoding.ASCII.GetString(options).Split(','))
        {
            if (option.StartsWith("name=", StringComparison.Ordinal)) { name = option[5..]; }
            else if (option.Contains('=', StringComparison.Ordinal)) { continue; } // release_agent=...
            else if (option is not ("rw" or "ro" or "noprefix" or "clone_children" or "cpuset_v2_mode" or "xattr" or "favordynmods" or "seclabel"))
            {
                controllers.Add(option);
            }
        }

        return (controllers, name);
    }

    private static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    // The kernel writes space, tab, newline and backslash as three octal digits after a backslash.
    private static string Unescape(ReadOnlySpan<byte> word)
    {
        if (!word.Contains((byte)'\\')) { return Encoding.UTF8.GetString(word); }

        byte[] plain = new byte[word.Length];
        int length = 0;
        for (int i = 0; i < word.Length; i++)
        {
            bool escaped = word[i] == '\\' && i + 3 < word.Length;
            plain[length++] = escaped ? (byte)(((word[i + 1] - '0') << 6) | ((word[i + 2] - '0') << 3) | (word[i + 3] - '0')) : word[i];
            if (escaped) { i += 3; }
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }
}
