using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume ls</c>: the volumes that there are.</summary>
internal sealed class VolumeLsVerb : Verb
{
    private readonly FilterFlag filter = new(VolumeCatalog.ConditionNames);
    private string? format;
    private bool isQuiet;
    private bool ofCluster;
    private bool hasHeading = true;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "List volumes";

    public override string[] Aliases => ["volume ls", "volume list"];

    public override int MostOperands => 0;

    public override void AddFlags(FlagTable table)
    {
        filter.AddTo(table);
        table
            .Add(new Flag { Name = "cluster", Help = "Display only cluster volumes", ValueWhenBare = "true", Set = v => ofCluster = FlagValue.Boolean(v), IsHidden = true })
            .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
            .Switch("noheading", 'n', "Do not print headers", v => hasHeading = !v)
            .Switch("quiet", 'q', "Only display volume names", v => isQuiet = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        VolumeCatalog volumes = session.Volumes;
        IReadOnlyList<VolumeRecord> found = ofCluster ? [] : volumes.List(filter.Conditions);
        if (isQuiet && format is null)
        {
            Screen.Write(string.Concat(found.Select(static v => v.Name + "\n")));
            return ExitStatus.Success;
        }

        string text = TableFormat.Render(format, VolumeRows.Columns, VolumeRows.Headings, [.. found.Select(v => VolumeRows.Of(v, volumes))]);
        bool isTable = format is null or "" || format.StartsWith("table", StringComparison.Ordinal);
        Screen.Write(isTable && !hasHeading ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text);
        return ExitStatus.Success;
    }
}
