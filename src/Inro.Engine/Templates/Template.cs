using System.Text;

namespace Inro.Engine.Templates;

/// <summary>A template in the notation of Go's text/template, as <c>--format</c> takes it.</summary>
/// <remarks>
/// Fields, variables, pipelines, <c>if</c>, <c>with</c>, <c>range</c>, comments and trimming; the functions are listed in
/// <see cref="TemplateFunctions"/>. Values are what <see cref="System.Text.Json.JsonElement"/>, <see cref="ITemplateObject"/>,
/// text, whole numbers, reals and truth values can say; nothing is reached by reflection.
/// Source: https://pkg.go.dev/text/template.
/// </remarks>
public sealed class Template
{
    private readonly IReadOnlyList<Node> nodes;

    private Template(IReadOnlyList<Node> nodes) => this.nodes = nodes;

    /// <exception cref="TemplateException">The notation is wrong; the message says where.</exception>
    public static Template Parse(string source) => new(TemplateParser.Parse(source));

    /// <summary>Applies the template to <paramref name="data"/>.</summary>
    /// <exception cref="TemplateException">A field is missing or a function refuses its arguments.</exception>
    public string Render(object? data) => new TemplateEvaluator(TemplateFunctions.Call).Run(nodes, data);

    /// <summary>Applies the template to each row, and ends each with a line.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="TemplateException">A field is missing or a function refuses its arguments.</exception>
    public void RenderLines(IEnumerable<ITemplateObject> rows, StringBuilder output)
    {
        TemplateEvaluator evaluator = new(TemplateFunctions.Call);
        foreach (ITemplateObject row in rows)
        {
            evaluator.Run(nodes, row, output);
            output.Append('\n');
        }
    }

    /// <summary>Applies the template to column headings: functions that shape a value leave a heading as it is.</summary>
    public string RenderHeadings(ITemplateObject headings) => new TemplateEvaluator(TemplateFunctions.CallOnHeading).Run(nodes, headings);
}
