using System.Globalization;
using System.Net;

namespace Inro.Cli.Arguments;

/// <summary><c>--publish [[ADDRESS:]HOST[-HOST]:]PORT[-PORT][/PROTOCOL]</c>, or <c>key=value,…</c> with published, target, protocol and mode.</summary>
internal static class PublishArgument
{
    private const int MaxPort = 65535;

    /// <summary>Checks it and gives it back in the short form.</summary>
    /// <exception cref="FormatException">It is neither form.</exception>
    public static string Check(string text)
    {
        string plain = text.Contains('=', StringComparison.Ordinal) ? Short(text) : text;
        int slash = plain.LastIndexOf('/');
        if (slash >= 0 && plain[(slash + 1)..] is not ("tcp" or "udp" or "sctp")) { throw new FormatException($"invalid proto: {plain[(slash + 1)..]}"); }

        string ports = slash < 0 ? plain : plain[..slash];
        int last = ports.LastIndexOf(':');
        int inside = Range(ports[(last + 1)..], "containerPort");
        if (last < 0) { return plain; }

        string rest = ports[..last];
        int before = rest.EndsWith(']') ? rest.Length : rest.LastIndexOf(':');
        string host = before == rest.Length ? "" : rest[(before + 1)..];
        string address = before < 0 ? "" : rest[..before].Trim('[', ']');
        if (address.Length > 0 && !IPAddress.TryParse(address, out _)) { throw new FormatException($"invalid IP address: {address}"); }

        if (host.Length > 0 && Range(host, "hostPort") is var outside && outside != inside && inside != 1)
        {
            throw new FormatException($"invalid ranges specified for container and host Ports: {ports[(last + 1)..]} and {host}");
        }

        return plain;
    }

    private static string Short(string text)
    {
        string target = "", published = "", protocol = "tcp";
        foreach (string part in text.Split(','))
        {
            (string key, string value) = FlagValue.Pair(part);
            switch (key)
            {
                case "target": target = value; break;
                case "published": published = value; break;
                case "protocol": protocol = value; break;
                case "mode" when value is "host" or "ingress": break;
                default: throw new FormatException($"invalid field key {key}");
            }
        }

        return (published.Length > 0 ? published + ":" : "") + target + "/" + protocol;
    }

    private static int Range(string text, string what)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        int first = Port(dash < 0 ? text : text[..dash], what);
        int last = dash < 0 ? first : Port(text[(dash + 1)..], what);
        return last >= first ? last - first + 1 : throw new FormatException($"invalid {what}: {text}");
    }

    private static int Port(string text, string what) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 0 and <= MaxPort ? port : throw new FormatException($"invalid {what}: {text}");
}
