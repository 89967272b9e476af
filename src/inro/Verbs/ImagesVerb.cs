using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Images;

namespace Inro.Cli.Verbs;

/// <summary><c>inro images</c>.</summary>
internal sealed class ImagesVerb : Verb
{
    private readonly FilterFlag filter = new(ImageConditions.Names);
    private bool digests;
    private bool full;
    private bool quiet;
    private bool tree;
    private string? format;

    public override string Usage => "[OPTIONS] [REPOSITORY[:TAG]]";

    public override string Summary => "List images";

    public override string[] Aliases => ["image ls", "image list", "images"];

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table)
    {
        filter.AddTo(table);
        table
            .Switch("all", 'a', "Show all images (default hides intermediate images; there are none)", static _ => { })
            .Switch("digests", '\0', "Show digests", v => digests = v)
            .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
            .Switch("no-trunc", '\0', "Don't truncate output", v => full = v)
            .Switch("quiet", 'q', "Only show image IDs", v => quiet = v)
            .Switch("tree", '\0', "List images with what they are for, as a tree", v => tree = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        IEnumerable<ImageSummary> images = ImageConditions.Apply(session.Images, session.Images.List(), filter.Conditions);
        if (operands.Count == 1) { images = ImageConditions.Matching(images, operands[0]); }

        if (tree)
        {
            if (quiet || full || digests || format is not null) { throw new UsageException("--tree goes with none of --digests, --format, --no-trunc and --quiet", ExitStatus.Failure); }

            Screen.Write(ImageTree.Render([.. images], session.Images));
            return ExitStatus.Success;
        }

        long now = session.NowNanoseconds;
        FieldList[] rows = [.. images.SelectMany(i => ImageRows.Of(i, now, full))];
        if (quiet && format is null)
        {
            Screen.Write(string.Concat(rows.Select(static r => Template(r) + "\n").Distinct(StringComparer.Ordinal)));
            return ExitStatus.Success;
        }

        Screen.Write(TableFormat.Render(format, ImageRows.Columns(digests), ImageRows.Headings, rows));
        return ExitStatus.Success;
    }

    private static string Template(FieldList row) => row.TryGetField("ID", [], out object? id) ? (string)id! : ""; // every row has one
}
