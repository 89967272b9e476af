using System.Text;

namespace Inro.Conformance.Oci.Fields;

/// <summary>The cases as a document for people.</summary>
internal static class FieldDocument
{
    /// <summary>The whole text.</summary>
    public static string Make(IReadOnlyList<FieldTable.Row> rows)
    {
        var text = new StringBuilder();
        text.Append("""
            # The OCI runtime specification, field by field

            Written by the conformance tests (`INRO_WRITE_TABLES=1`); a test fails when it is not what they say. Each row is run twice against the built program:
            with the field the text of the last column is seen, and with the field taken out of config.json it is not. So a field that is ignored fails its test.
            A row that says *refused* or *told* is about what the machine lacks: the program names the field and does not pass over it.

            | Field | How it is seen | What is seen |
            | --- | --- | --- |

            """);
        foreach (FieldTable.Row row in rows)
        {
            text.Append("| `").Append(row.Field).Append("` | ");
            if (row.Case is { Documented: { } words }) { text.Append(words.How).Append(" | ").Append(words.What).Append(" |\n"); }
            else if (row.Case is { } shown)
            {
                string how = shown.Script.Length > 0 ? Code(shown.Script) : "the program of the case";
                text.Append(how).Append(" | ").Append(Code(shown.Shows)).Append(" |\n");
            }
            else { text.Append(row.Test).Append(" | |\n"); }
        }

        Append(text, "The state of a container", AnswerTests.State);
        Append(text, "What `inro-oci features` tells", AnswerTests.Features);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<(string Field, string Value)> fields)
    {
        text.Append("\n## ").Append(title).Append("\n\n| Field | Its value, or one of its values, in the test |\n| --- | --- |\n");
        foreach ((string field, string value) in fields) { text.Append("| `").Append(field).Append("` | ").Append(value.Length == 0 ? "none is needed" : Code(value)).Append(" |\n"); }
    }

    private static string Code(string text)
    {
        string line = text.Trim().ReplaceLineEndings(" ↵ ").Replace("|", "\\|", StringComparison.Ordinal);
        return line.Contains('`', StringComparison.Ordinal) ? $"`` {line} ``" : $"`{line}`";
    }
}
