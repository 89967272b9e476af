using System.Text;
using Inro.Engine.Templates;

namespace Inro.Cli.Output;

/// <summary>What <c>--format</c> of a list means: a table of its own columns, one template per row, or JSON.</summary>
internal static class TableFormat
{
    /// <summary>Renders rows.</summary>
    /// <param name="format">Null or <c>table</c>: the default columns; <c>table TEMPLATE</c>: these columns; <c>json</c>; else a template.</param>
    /// <param name="columns">Template of the default columns, separated by tabs.</param>
    /// <param name="headings">The heading of each field that has one.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="hasHeadings">False leaves the headings of a table out.</param>
    /// <exception cref="TemplateException">The template is wrong or names a field that rows lack.</exception>
    public static string Render(string? format, string columns, FieldList headings, IReadOnlyList<ITemplateObject> rows, bool hasHeadings = true)
    {
        string text = format is null or "" or "table" ? "table " + columns : format;
        if (text == "json") { text = "{{json .}}"; }

        bool isTable = text.StartsWith("table ", StringComparison.Ordinal);
        string source = Unescape(isTable ? text["table ".Length..].Trim() : text);
        Template template = Template.Parse(source);
        StringBuilder output = new();
        if (isTable && hasHeadings) { output.Append(template.RenderHeadings(headings)).Append('\n'); }

        template.RenderLines(rows, output);

        return isTable ? TextTable.Align(output.ToString()) : output.ToString();
    }

    /// <summary>A shell hands over <c>\t</c> and <c>\n</c> as two characters.</summary>
    private static string Unescape(string text) =>
        text.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
}
