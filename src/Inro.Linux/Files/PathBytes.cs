using System.Text;

namespace Inro.Linux.Files;

/// <summary>Names between strings and the zero-terminated bytes that the kernel takes.</summary>
public static class PathBytes
{
    /// <summary>UTF-8 and a zero byte.</summary>
    /// <exception cref="ArgumentException">The text itself holds a zero byte.</exception>
    public static byte[] Encode(string path)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return Array.IndexOf(bytes, (byte)0) == bytes.Length - 1
            ? bytes
            : throw new ArgumentException("a path cannot hold a zero byte", nameof(path));
    }

    /// <summary>For messages: bytes that are not UTF-8 become replacement characters, control characters question marks.</summary>
    public static string Show(ReadOnlySpan<byte> path)
    {
        char[] text = Encoding.UTF8.GetString(path.TrimEnd((byte)0)).ToCharArray();
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) { text[i] = '?'; }
        }

        return new string(text);
    }
}
