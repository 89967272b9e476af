using System.IO.Enumeration;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Images;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary><c>inro images</c>.</summary>
internal sealed class ImagesVerb : Verb
{
    private readonly FilterFlag filter = new("before", "dangling", "label", "pinned", "reference", "since", "until");
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
        IEnumerable<ImageSummary> images = session.Images.List();
        foreach ((string name, string value) in filter.Conditions) { images = Where(images, name, value, session); }

        if (operands.Count == 1) { images = Matching(images, operands[0]); }

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

    private static IEnumerable<ImageSummary> Where(IEnumerable<ImageSummary> images, string name, string value, Session session)
    {
        switch (name)
        {
            case "dangling":
                bool wanted = FlagValue.Boolean(value);
                return images.Where(i => i.References.Count == 0 == wanted);
            case "pinned":
                bool isPinned = FlagValue.Boolean(value);
                return images.Where(i => i.IsPinned == isPinned);
            case "label":
                int equals = value.IndexOf('=', StringComparison.Ordinal);
                (string label, string? wantedValue) = equals < 0 ? (value, null) : (value[..equals], value[(equals + 1)..]);
                return images.Where(i => session.Images.ReadDefaults(i).Labels is { } labels && labels.TryGetValue(label, out string? has) && (wantedValue is null || has == wantedValue));
            case "until":
                long limit = TimeArgument.Nanoseconds(value, session.NowNanoseconds);
                return images.Where(i => i.CreatedNanoseconds < limit);
            case "reference":
                return Matching(images, value);
            default:
                ImageSummary anchor = session.Images.Resolve(value);
                return images.Where(i => name == "before" ? i.CreatedNanoseconds < anchor.CreatedNanoseconds : i.CreatedNanoseconds > anchor.CreatedNanoseconds);
        }
    }

    /// <summary>Keeps the references that a pattern means; a pattern without a tag means every tag.</summary>
    private static IEnumerable<ImageSummary> Matching(IEnumerable<ImageSummary> images, string pattern) => images
        .Select(i => i with { References = [.. i.References.Where(r => IsMatch(ImageReference.Parse(r), pattern))] })
        .Where(static i => i.References.Count > 0);

    private static bool IsMatch(ImageReference reference, string pattern)
    {
        string[] names = [reference.Familiar, reference.FamiliarName, reference.ToString(), reference.Name];
        return names.Any(n => FileSystemName.MatchesSimpleExpression(pattern, n, ignoreCase: false));
    }
}
