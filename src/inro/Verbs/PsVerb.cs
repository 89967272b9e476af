using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro ps</c>.</summary>
internal sealed class PsVerb : Verb
{
    private readonly FilterFlag filter = new("ancestor", "before", "exited", "health", "id", "label", "name", "network", "since", "status", "volume");
    private bool all;
    private bool full;
    private bool quiet;
    private bool size;
    private int last;
    private string? format;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "List containers";

    public override string[] Aliases => ["container ls", "container list", "container ps", "ps"];

    public override int MostOperands => 0;

    public override bool NeedsIds => true; // it may start a new shim, or remove what a killed command left

    public override void AddFlags(FlagTable table)
    {
        filter.AddTo(table);
        table
            .Switch("all", 'a', "Show all containers (default shows just running)", v => all = v)
            .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
            .Number("last", 'n', "Show n last created containers (includes all states)", v => last = (int)v, initially: "-1", least: -1, most: int.MaxValue)
            .Switch("latest", 'l', "Show the latest created container (includes all states)", v => last = v ? 1 : last)
            .Switch("no-trunc", '\0', "Don't truncate output", v => full = v)
            .Switch("quiet", 'q', "Only display container IDs", v => quiet = v)
            .Switch("size", 's', "Display total file sizes", v => size = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        IReadOnlyList<ContainerSummary> containers = session.Containers.List(new ContainerFilter
        {
            All = all || last > 0 || filter.Conditions.Any(static c => c.Key is "status" or "exited"),
            Last = Math.Max(last, 0),
            Conditions = filter.Conditions,
        });
        long now = session.NowNanoseconds;
        bool sizes = size || format?.Contains(".Size", StringComparison.Ordinal) == true;
        ContainerRow[] rows = [.. containers.Select(c => new ContainerRow(c, now, full, sizes ? session.Usage.SizesOf(c.Id) : null))];
        string? wanted = quiet && format is null ? "{{.ID}}" : format;
        Screen.Write(TableFormat.Render(wanted, size ? ContainerRows.Columns + "\t{{.Size}}" : ContainerRows.Columns, ContainerRows.Headings, rows));
        return ExitStatus.Success;
    }
}
