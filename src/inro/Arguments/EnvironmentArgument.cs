using System.Text;
using System.Text.Unicode;

namespace Inro.Cli.Arguments;

/// <summary>Environment variables as <c>--env</c> and <c>--env-file</c> give them.</summary>
internal static class EnvironmentArgument
{
    /// <summary>Longest env file that is read, in bytes.</summary>
    public const int MaxFileBytes = 4 << 20;

    /// <summary>
    /// <c>NAME=value</c> as typed, <c>NAME</c> with the host's value; a name that the host lacks stays bare
    /// and takes the variable out of the image's environment.
    /// </summary>
    public static string FromFlag(string text, Func<string, string?> host)
    {
        if (text.Length == 0 || text[0] == '=') { throw new FormatException($"invalid environment variable: {text}"); }

        return text.Contains('=', StringComparison.Ordinal) || host(text) is not { } value ? text : $"{text}={value}";
    }

    /// <summary>Reads a file of <c>NAME=value</c> lines; empty lines and lines that start with # are passed over.</summary>
    /// <exception cref="FormatException">The file cannot be read, is too long, or a line is not a variable.</exception>
    public static List<string> FromFile(string path, Func<string, string?> host)
    {
        List<string> variables = [];
        int number = 0;
        foreach (string line in Read(path).Split('\n'))
        {
            number++;
            string text = line.TrimStart().TrimEnd('\r');
            if (text.Length == 0 || text[0] == '#') { continue; }

            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? text : text[..equals];
            if (name.Length == 0) { throw new FormatException($"{path}:{number}: no variable name on line '{text}'"); }

            if (name.AsSpan().IndexOfAny(' ', '\t') >= 0) { throw new FormatException($"{path}:{number}: variable '{name}' contains whitespaces"); }

            if (equals >= 0)
            {
                variables.Add(text);
            }
            else if (host(name) is { } value)
            {
                variables.Add($"{name}={value}");
            }
        }

        return variables;
    }

    private static string Read(string path)
    {
        ReadOnlySpan<byte> text = HostPath.ReadSmall(path, MaxFileBytes);
        if (text.StartsWith<byte>([0xEF, 0xBB, 0xBF])) { text = text[3..]; }

        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw new FormatException($"{path} contains invalid UTF-8");
    }
}
