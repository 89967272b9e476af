using System.Text;

namespace Inro.Engine.Containers.Rootfs;

/// <summary>The lines of /etc/passwd and /etc/group of an image. Lines that do not parse are passed over, as libc does.</summary>
internal static class AccountFile
{
    /// <summary>A directory of a hundred thousand users stays below.</summary>
    public const int MaxBytes = 16 << 20;

    private const int MaxLineBytes = 64 << 10;

    /// <summary>name:password:uid:gid:comment:home:shell</summary>
    public static IEnumerable<PasswdEntry> Passwd(byte[]? file)
    {
        foreach (string[] f in Lines(file, 7))
        {
            if (f.Length >= 4 && uint.TryParse(f[2], out uint uid) && uint.TryParse(f[3], out uint gid)) { yield return new(f[0], uid, gid, f.Length > 5 ? f[5] : ""); }
        }
    }

    /// <summary>name:password:gid:member,member</summary>
    public static IEnumerable<GroupEntry> Groups(byte[]? file)
    {
        foreach (string[] f in Lines(file, 4))
        {
            if (f.Length >= 3 && uint.TryParse(f[2], out uint gid)) { yield return new(f[0], gid, f.Length > 3 ? f[3].Split(',', StringSplitOptions.TrimEntries) : []); }
        }
    }

    private static IEnumerable<string[]> Lines(byte[]? file, int fields)
    {
        if (file is null) { yield break; }

        for (int start = 0; start < file.Length;)
        {
            int end = Array.IndexOf(file, (byte)'\n', start);
            if (end < 0) { end = file.Length; }

            if (end - start <= MaxLineBytes)
            {
                string line = Encoding.UTF8.GetString(file, start, end - start).Trim();
                if (line.Length > 0 && line[0] != '#') { yield return line.Split(':', fields); }
            }

            start = end + 1;
        }
    }
}

/// <summary>One line of /etc/passwd.</summary>
internal sealed record PasswdEntry(string Name, uint Uid, uint Gid, string Home);

/// <summary>One line of /etc/group.</summary>
internal sealed record GroupEntry(string Name, uint Gid, string[] Members);
