using System.Globalization;

namespace Inro.Engine.Images.Changes;

/// <summary>A word of <c>EXPOSE</c>: <c>80</c>, <c>80/udp</c>, <c>8000-8010</c>.</summary>
internal static class ExposedPort
{
    private const int MaxPort = 65_535;

    /// <summary>The ports as a config names them: <c>80/tcp</c>.</summary>
    public static IEnumerable<string> Parse(string word)
    {
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        string protocol = slash < 0 ? "tcp" : word[(slash + 1)..].ToLowerInvariant();
        if (protocol is not ("tcp" or "udp" or "sctp")) { throw new FormatException($"invalid proto: {protocol}"); }

        string ports = slash < 0 ? word : word[..slash];
        int dash = ports.IndexOf('-', StringComparison.Ordinal);
        int first = Port(dash < 0 ? ports : ports[..dash], word);
        int last = dash < 0 ? first : Port(ports[(dash + 1)..], word);
        return first <= last
            ? Enumerable.Range(first, last - first + 1).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}/{protocol}"))
            : throw new FormatException($"invalid range of ports: {word}");
    }

    private static int Port(string text, string word) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= MaxPort ? port : throw new FormatException($"invalid containerPort: {word}");
}
