using System.Net.Http.Headers;

namespace Inro.Images.Registry;

/// <summary>What a registry asks of somebody whom it does not know: the header <c>WWW-Authenticate</c>.</summary>
/// <remarks>Source: RFC 9110 section 11.6.1; distribution's token authentication specification.</remarks>
/// <param name="Scheme"><c>bearer</c> or <c>basic</c>, in lower case.</param>
/// <param name="Parameters">By their names in lower case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The one to answer: a token where one is offered, else a password; null where neither is.</summary>
    public static Challenge? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        Challenge? basic = null;
        foreach (AuthenticationHeaderValue header in headers)
        {
            switch (header.Scheme.ToLowerInvariant())
            {
                case "bearer":
                    return new Challenge("bearer", Read(header.Parameter ?? ""));
                case "basic":
                    basic ??= new Challenge("basic", Read(header.Parameter ?? ""));
                    break;
                default:
                    break;
            }
        }

        return basic;
    }

    /// <summary>Reads <c>name="value",name=value</c>.</summary>
    internal static Dictionary<string, string> Read(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        int at = 0;
        while (at < text.Length)
        {
            int equals = text.IndexOf('=', at);
            if (equals < 0) { break; }

            string name = text[at..equals].Trim(' ', ',', '\t').ToLowerInvariant();
            for (at = equals + 1; at < text.Length && text[at] == ' ';) { at++; }

            parameters[name] = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Token(text, ref at);
        }

        return parameters;
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) { at++; }

            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }

    private static string Token(string text, ref int at)
    {
        int end = text.IndexOf(',', at);
        if (end < 0) { end = text.Length; }

        string value = text[at..end].Trim();
        at = end;
        return value;
    }
}
