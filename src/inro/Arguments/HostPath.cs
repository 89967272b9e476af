namespace Inro.Cli.Arguments;

/// <summary>Paths of the host as a person types them.</summary>
internal static class HostPath
{
    /// <summary>Absolute form, seen from the current directory, without . and .. parts.</summary>
    public static string Absolute(string path) => Path.GetFullPath(path);

    /// <summary>Reads a text file of at most <paramref name="maxBytes"/>.</summary>
    /// <exception cref="FormatException">Missing, unreadable or too long.</exception>
    public static byte[] ReadSmall(string path, int maxBytes)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[Math.Min(maxBytes, file.CanSeek && file.Length > 0 ? file.Length : maxBytes) + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= maxBytes && length < bytes.Length
                ? bytes[..length]
                : throw new FormatException($"{path} is longer than {maxBytes} bytes");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"open {path}: {failure.Message}", failure);
        }
    }
}
