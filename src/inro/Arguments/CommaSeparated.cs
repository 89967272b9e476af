using System.Text;

namespace Inro.Cli.Arguments;

/// <summary>One line of comma-separated fields; a field in double quotes may hold commas, two quotes mean one.</summary>
/// <remarks>Source: RFC 4180, section 2, as <c>--mount</c> uses it.</remarks>
internal static class CommaSeparated
{
    /// <exception cref="FormatException">A quote stands inside a plain field or is never closed.</exception>
    public static List<string> Split(string line)
    {
        List<string> fields = [];
        int at = 0;
        while (true)
        {
            fields.Add(at < line.Length && line[at] == '"' ? Quoted(line, ref at) : Plain(line, ref at));
            if (at >= line.Length) { return fields; }

            at++; // the comma; a comma at the end means one more, empty field
        }
    }

    private static string Plain(string line, ref int at)
    {
        int end = line.IndexOf(',', at);
        string field = end < 0 ? line[at..] : line[at..end];
        if (field.Contains('"', StringComparison.Ordinal)) { throw new FormatException($"a quote inside the plain field '{field}'"); }

        at = end < 0 ? line.Length : end;
        return field;
    }

    private static string Quoted(string line, ref int at)
    {
        StringBuilder field = new();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                field.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else
            {
                at++;
                return at == line.Length || line[at] == ',' ? field.ToString() : throw new FormatException("text after a closing quote");
            }
        }

        throw new FormatException("a quoted field is not closed");
    }
}
