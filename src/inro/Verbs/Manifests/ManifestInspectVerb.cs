using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Manifests;
using Inro.Images.Registry;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Cli.Verbs.Manifests;

/// <summary><c>inro manifest inspect</c>: a list that is kept here, or what a registry has.</summary>
internal sealed class ManifestInspectVerb : Verb
{
    private bool insecure;
    private bool verbose;

    public override string Usage => "[OPTIONS] [MANIFEST_LIST] MANIFEST";

    public override string Summary => "Display an image manifest, or manifest list";

    public override int LeastOperands => 1;

    public override int MostOperands => 2;

    public override void AddFlags(FlagTable table) => table
        .Switch("insecure", '\0', "Allow communication with an insecure registry", v => insecure = v)
        .Switch("verbose", 'v', "Output additional info including layers and platform", v => verbose = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ManifestService lists = ManifestVerbs.Open(session, insecure);
        ImageReference first = ReferenceArgument.Parse(operands[0]);
        if (operands.Count == 2)
        {
            ManifestEntry entry = ManifestService.FindIn(lists.Find(first), ReferenceArgument.Parse(operands[1]));
            Screen.WriteLine(verbose ? ManifestText.Verbose(entry) : ManifestText.Of(entry.Bytes, isList: false));
        }
        else if (lists.TryFind(first) is { } list)
        {
            Screen.WriteLine(verbose ? ManifestText.Verbose(list.Manifests) : ManifestText.Of(OciDocument.Write(list.ToIndex()), isList: true));
        }
        else { Screen.WriteLine(AtRegistry(lists, first)); }

        return ExitStatus.Success;
    }

    private string AtRegistry(ManifestService lists, ImageReference reference)
    {
        using var interruption = new Interruption();
        RegistryDocument document = lists.Document(reference, interruption.Token);
        bool isList = MediaTypes.IsIndex(document.Descriptor.MediaType);
        if (!verbose) { return ManifestText.Of(document.Bytes, isList); }

        IReadOnlyList<ManifestEntry> entries = lists.Fetch(reference, withAll: true, interruption.Token);
        return isList ? ManifestText.Verbose(entries) : ManifestText.Verbose(entries[0]);
    }
}
