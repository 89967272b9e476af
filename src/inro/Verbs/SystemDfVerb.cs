using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;
using Inro.Engine.Templates;
using Inro.Engine.Usage;

namespace Inro.Cli.Verbs;

/// <summary><c>inro system df</c>: what is on the disk, and how much of it nobody needs.</summary>
internal sealed class SystemDfVerb : Verb
{
    private bool isVerbose;
    private string? format;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Show disk usage";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table) => table
        .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
        .Switch("verbose", 'v', "Show detailed information on space usage", v => isVerbose = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        IReadOnlyList<ContainerSummary> containers = session.Containers.List(new ContainerFilter { All = true });
        UsageReport report = session.Usage.Read(containers);
        if (!isVerbose) { Screen.Write(TableFormat.Render(format, UsageRows.Columns, UsageRows.Headings, UsageRows.Of(report))); }
        else if (format is null or "" or "table") { Screen.Write(UsageDetails.Text(report, session.NowNanoseconds)); }
        else
        {
            FieldList fields = UsageDetails.Fields(report, session.NowNanoseconds);
            Screen.WriteLine(format == "json" ? TemplateJson.Of(fields) : Template.Parse(format).Render(fields));
        }

        return ExitStatus.Success;
    }
}
