using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro ps</c>.</summary>
internal sealed class PsVerb : Verb
{
    private readonly FilterFlag filter = new("ancestor", "before", "exited", "health", "id", "label", "name", "network", "since", "status", "volume");
    private const string Home = "\x1b[H\x1b[2J"; // to the upper left, and clear

    private bool all;
    private bool full;
    private bool quiet;
    private bool size;
    private int last;
    private string? format;
    private string? order;
    private bool hasNoHeading;
    private int? watchSeconds;

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
            .Switch("external", '\0', "Show containers of other programs, too (no other program keeps any in this store)", static _ => { })
            .Number("last", 'n', "Show n last created containers (includes all states)", v => last = (int)v, initially: "-1", least: -1, most: int.MaxValue)
            .Switch("latest", 'l', "Show the latest created container (includes all states)", v => last = v ? 1 : last)
            .Switch("noheading", '\0', "Do not print headings", v => hasNoHeading = v)
            .Switch("no-trunc", '\0', "Don't truncate output", v => full = v)
            .Add(new Flag { Name = "pod", Help = "", ValueWhenBare = "true", IsHidden = true, Set = static _ => throw new FormatException("pods are not there yet") })
            .Switch("quiet", 'q', "Only display container IDs", v => quiet = v)
            .Switch("size", 's', "Display total file sizes", v => size = v)
            .Text("sort", '\0', "Sort by: " + string.Join(", ", ContainerOrder.Names), v => order = FlagValue.OneOf(v, ContainerOrder.Names), offers: Completion.Of(ContainerOrder.Names))
            .Switch("sync", '\0', "See what became of each container first (that is always done)", static _ => { })
            .Number("watch", 'w', "Show it again every so many seconds", v => watchSeconds = (int)v, least: 1, most: int.MaxValue / 1000);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (watchSeconds is not { } seconds)
        {
            Show(session);
            return ExitStatus.Success;
        }

        using var interruption = new Interruption();
        do
        {
            Screen.Write(Home);
            Show(session);
        }
        while (!interruption.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds)));

        return ExitStatus.Success;
    }

    private void Show(Session session)
    {
        IReadOnlyList<ContainerSummary> containers = session.Containers.List(new ContainerFilter
        {
            All = all || last > 0 || filter.Conditions.Any(static c => c.Key is "status" or "exited"),
            Last = Math.Max(last, 0),
            Conditions = filter.Conditions,
        });
        long now = session.NowNanoseconds;
        bool sizes = size || format?.Contains(".Size", StringComparison.Ordinal) == true;
        if (order is not null) { containers = ContainerOrder.Sort(containers, order, session.Usage.SizesOf); }

        ContainerRow[] rows = [.. containers.Select(c => new ContainerRow(c, now, full, sizes ? session.Usage.SizesOf(c.Id) : null))];
        string? wanted = quiet && format is null ? "{{.ID}}" : format;
        Screen.Write(TableFormat.Render(wanted, size ? ContainerRows.Columns + "\t{{.Size}}" : ContainerRows.Columns, ContainerRows.Headings, rows, hasHeadings: !hasNoHeading));
    }
}
