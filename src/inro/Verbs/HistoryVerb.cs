using System.Globalization;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Images;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary><c>inro history</c>: how an image came about.</summary>
internal sealed class HistoryVerb : Verb
{
    private const string Columns = "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
    private const string Missing = "<missing>";
    private const int ShortId = 12;
    private const int CreatedByWidth = 45;

    private bool full;
    private bool human = true;
    private bool quiet;
    private string? format;
    private Platform? platform;

    public override string Usage => "[OPTIONS] IMAGE";

    public override string Summary => "Show the history of an image";

    public override string[] Aliases => ["image history", "history"];

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table) => table
        .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
        .Switch("human", 'H', "Print sizes and dates in human readable format", v => human = v, initially: true)
        .Switch("no-trunc", '\0', "Don't truncate output", v => full = v)
        .Platform("Show it only if the image is for this platform", v => platform = v)
        .Switch("quiet", 'q', "Only show image IDs", v => quiet = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        IReadOnlyList<ImageStep> steps = session.Images.History(session.Images.Resolve(operands[0], platform));
        long now = session.NowNanoseconds;
        FieldList[] rows = [.. steps.Select(s => Row(s, now))];
        FieldList headings = new(
            ("ID", "IMAGE"), ("CreatedSince", "CREATED"), ("CreatedAt", "CREATED AT"), ("CreatedBy", "CREATED BY"), ("Size", "SIZE"), ("Comment", "COMMENT"));
        string columns = human ? Columns : Columns.Replace("CreatedSince", "CreatedAt", StringComparison.Ordinal);
        Screen.Write(TableFormat.Render(quiet && format is null ? "{{.ID}}" : format, columns, headings, rows));
        return ExitStatus.Success;
    }

    private FieldList Row(ImageStep step, long now)
    {
        string by = step.CreatedBy.Replace('\t', ' ').ReplaceLineEndings(" ");
        bool isDated = step.CreatedNanoseconds > 0;
        return new FieldList(
            ("ID", step.Id is not { } id ? Missing : full ? id : id.Substring(id.IndexOf(':', StringComparison.Ordinal) + 1, ShortId)),
            ("CreatedAt", isDated ? DateTimeOffset.UnixEpoch.AddTicks(step.CreatedNanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "N/A"),
            ("CreatedSince", isDated ? ContainerRows.Ago(step.CreatedNanoseconds, now) : "N/A"),
            ("CreatedBy", full ? by : HumanUnits.Ellipsis(by, CreatedByWidth)),
            ("Size", human ? HumanUnits.Size(step.SizeBytes) : step.SizeBytes.ToString(CultureInfo.InvariantCulture)),
            ("Comment", step.Comment));
    }
}
