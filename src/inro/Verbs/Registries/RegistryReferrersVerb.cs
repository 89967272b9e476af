using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Registries;
using Inro.Images.Registry;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Cli.Verbs.Registries;

/// <summary><c>inro registry referrers</c>: what refers to an image at its registry.</summary>
internal sealed class RegistryReferrersVerb : Verb
{
    private const string Columns = "{{.ArtifactType}}\t{{.Digest}}\t{{.Size}}";

    private readonly RegistryFlags flags = new("", "the registry");
    private string? type;
    private string? format;

    public override string Usage => "[OPTIONS] NAME[:TAG|@DIGEST]";

    public override string Summary => "List what refers to an image at its registry: signatures, attestations, lists of parts";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override void AddFlags(FlagTable table)
    {
        table
            .Text("artifact-type", '\0', "Only those of a type", v => type = v)
            .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"));
        flags.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference reference = ReferenceArgument.Parse(operands[0]);
        using var interruption = new Interruption();
        (RegistryClient client, string repository) = flags.Apply(RegistryAccess.Configured(ImagePull.UserAgent), reference).ToPush(reference);
        IReadOnlyList<Descriptor> found = RegistryVerbs.Ask(client, c => c.ListReferrers(
            repository, reference.Digest ?? c.Resolve(repository, reference.Tag!, interruption.Token).Digest, interruption.Token)); // a reference has one of the two
        FieldList headings = new(("ArtifactType", "ARTIFACT TYPE"), ("Digest", "DIGEST"), ("MediaType", "MEDIA TYPE"), ("Size", "SIZE"));
        Screen.Write(TableFormat.Render(format, Columns, headings, [.. found.Where(d => type is null || d.ArtifactType == type).Select(Row)]));
        return ExitStatus.Success;
    }

    private static FieldList Row(Descriptor entry) => new(
        ("Annotations", Clean(entry.Annotations)),
        ("ArtifactType", ScreenText.Name(entry.ArtifactType ?? "")),
        ("Digest", entry.Digest.ToString()),
        ("MediaType", ScreenText.Name(entry.MediaType)),
        ("Size", HumanUnits.Size(entry.Size)));

    private static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string>? annotations)
    {
        Dictionary<string, string> clean = new(StringComparer.Ordinal);
        foreach ((string name, string value) in annotations ?? new Dictionary<string, string>()) { clean[ScreenText.Name(name)] = ScreenText.Name(value); }

        return clean;
    }
}
