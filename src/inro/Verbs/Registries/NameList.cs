using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs.Registries;

/// <summary>A list of names from a registry: which of them are shown, and how. What is no name is left out, and counted on standard error.</summary>
/// <param name="heading">Of the column that differs.</param>
/// <param name="field">Its name in templates.</param>
/// <param name="filter">The condition there is: <c>tag</c>.</param>
internal sealed class NameList(string heading, string field, string filter)
{
    private readonly FilterFlag filters = new(filter);
    private long most = long.MaxValue;
    private string? format;

    public void AddTo(FlagTable table)
    {
        filters.AddTo(table);
        table
            .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
            .Number("limit", '\0', "Show so many at most", v => most = v, least: 1);
    }

    /// <summary>Shows them; asks for no more than are wanted.</summary>
    /// <param name="names">As the registry writes them.</param>
    /// <param name="isName">Whether one is what it should be.</param>
    /// <param name="row">What templates know of one.</param>
    public void Show(IEnumerable<string> names, Func<string, bool> isName, Func<string, FieldList> row)
    {
        List<string> shown = [];
        int strange = 0;
        foreach (string name in names)
        {
            if (!isName(name)) { strange++; }
            else if (filters.Conditions.All(c => Glob.Matches(c.Value, name))) { shown.Add(name); }

            if (shown.Count >= most) { break; }
        }

        if (format is null) { Screen.Write(string.Concat(shown.Select(static n => n + "\n"))); }
        else { Screen.Write(TableFormat.Render(format, "{{.Name}}\t{{." + field + "}}", new FieldList(("Name", "NAME"), (field, heading)), [.. shown.Select(row)])); }

        if (strange > 0) { Screen.WriteError($"inro: {strange} entries that cannot be names are left out"); }
    }
}
