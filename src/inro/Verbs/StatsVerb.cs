using System.Text;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;
using Inro.Engine.Statistics;

namespace Inro.Cli.Verbs;

/// <summary><c>inro stats</c>: what containers use, as a table that stays up to date.</summary>
internal sealed class StatsVerb : Verb
{
    private const string Home = "\u001b[H";
    private const string ClearLine = "\u001b[K";
    private const string ClearBelow = "\u001b[J";

    /// <summary>Between the two readings of one answer: the processor's share is of that time.</summary>
    private static readonly TimeSpan ShortLook = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, ResourceUsage> before = new(StringComparer.Ordinal);
    private bool all;
    private bool once;
    private bool full;
    private bool latest;
    private bool staysBelow;
    private string? format;
    private TimeSpan interval = TimeSpan.FromSeconds(1);

    public override string Usage => "[OPTIONS] [CONTAINER...]";

    public override string Summary => "Display a live stream of container(s) resource usage statistics";

    public override string[] Aliases => ["container stats", "stats"];

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", 'a', "Show all containers (default shows just running)", v => all = v)
        .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
        .Number("interval", 'i', "Seconds between two readings", v => interval = TimeSpan.FromSeconds(v), initially: "1", least: 1, most: int.MaxValue)
        .Switch("latest", 'l', "Show the container that was made last", v => latest = v)
        .Switch("no-reset", '\0', "Print each reading below the last one instead of in its place", v => staysBelow = v)
        .Switch("no-stream", '\0', "Disable streaming stats and only pull the first result", v => once = v)
        .Switch("no-trunc", '\0', "Do not truncate output", v => full = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        using var interruption = new Interruption();
        _ = Rows(operands, session);
        interruption.Token.WaitHandle.WaitOne(ShortLook);
        while (!interruption.Token.IsCancellationRequested)
        {
            string text = TableFormat.Render(format, StatsRows.Columns, StatsRows.Headings, Rows(operands, session));
            if (once)
            {
                Screen.Write(text);
                return ExitStatus.Success;
            }

            Screen.Write(staysBelow ? text : Drawn(text));
            interruption.Token.WaitHandle.WaitOne(interval);
        }

        return ExitStatus.Success;
    }

    private static string Drawn(string text)
    {
        StringBuilder drawn = new(Home);
        foreach (string line in text.TrimEnd('\n').Split('\n')) { drawn.Append(line).Append(ClearLine).Append('\n'); }

        return drawn.Append(ClearBelow).ToString();
    }

    private FieldList[] Rows(IReadOnlyList<string> operands, Session session)
    {
        List<FieldList> rows = [];
        foreach ((ContainerSummary container, string named) in Chosen(operands, session))
        {
            ResourceUsage? now = session.Containers.UsageOf(container.Id);
            rows.Add(StatsRows.Of(container, named, now, before.GetValueOrDefault(container.Id), full));
            if (now is not null) { before[container.Id] = now; }
        }

        return [.. rows];
    }

    private IEnumerable<(ContainerSummary Container, string Named)> Chosen(IReadOnlyList<string> operands, Session session)
    {
        if (operands.Count == 0)
        {
            foreach (ContainerSummary container in session.Containers.List(new ContainerFilter { All = all, Last = latest ? 1 : 0 })) { yield return (container, container.Id[..12]); }

            yield break;
        }

        IReadOnlyList<ContainerSummary> every = session.Containers.List(new ContainerFilter { All = true });
        foreach (string operand in operands)
        {
            string id = session.Containers.Find(operand).Id;
            foreach (ContainerSummary container in every)
            {
                if (container.Id == id) { yield return (container, operand); }
            }
        }
    }
}
