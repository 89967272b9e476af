using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Spec;

namespace Inro.Cli.Verbs.Manifests;

/// <summary><c>inro manifest create</c>: a list of manifests that are at registries.</summary>
internal sealed class ManifestCreateVerb : Verb
{
    private bool amends;
    private bool insecure;
    private bool all;

    public override string Usage => "MANIFEST_LIST MANIFEST [MANIFEST...]";

    public override string Summary => "Create a local manifest list for annotating and pushing to a registry";

    public override int LeastOperands => 2;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", '\0', "Add all manifests of an index", v => all = v)
        .Switch("amend", 'a', "Amend an existing manifest list", v => amends = v)
        .Switch("insecure", '\0', "Allow communication with an insecure registry", v => insecure = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference list = ReferenceArgument.Parse(operands[0]);
        if (list.Digest is not null) { throw new EngineException(ErrorCode.InvalidArgument, "a manifest list cannot have a digest before it is pushed", $"inro manifest create {list.FamiliarName}:TAG …"); }

        using var interruption = new Interruption();
        ManifestVerbs.Open(session, insecure).Add(list, [.. operands.Skip(1).Select(ReferenceArgument.Parse)], amends, all, interruption.Token);
        Screen.WriteLine($"Created manifest list {list}");
        return ExitStatus.Success;
    }
}
