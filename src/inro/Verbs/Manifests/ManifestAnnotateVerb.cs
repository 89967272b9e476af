using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Manifests;

/// <summary><c>inro manifest annotate</c>: what a list says that a manifest runs on.</summary>
internal sealed class ManifestAnnotateVerb : Verb
{
    private readonly PlatformFlags platform = new();

    public override string Usage => "[OPTIONS] MANIFEST_LIST MANIFEST";

    public override string Summary => "Add additional information to a local image manifest";

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override void AddFlags(FlagTable table) => platform.AddTo(table);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ManifestVerbs.Open(session, isInsecure: false).Annotate(ReferenceArgument.Parse(operands[0]), ReferenceArgument.Parse(operands[1]), platform.Apply);
        return ExitStatus.Success;
    }
}
