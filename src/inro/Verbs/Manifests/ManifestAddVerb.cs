using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Manifests;
using Inro.Spec;

namespace Inro.Cli.Verbs.Manifests;

/// <summary><c>inro manifest add</c>: one more manifest for a list.</summary>
internal sealed class ManifestAddVerb : Verb
{
    private readonly PlatformFlags platform = new();
    private bool insecure;
    private bool all;

    public override string Usage => "[OPTIONS] MANIFEST_LIST MANIFEST";

    public override string Summary => "Add a manifest to a local manifest list";

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("all", '\0', "Add all manifests of an index", v => all = v)
            .Switch("insecure", '\0', "Allow communication with an insecure registry", v => insecure = v);
        platform.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        (ImageReference list, ImageReference manifest) = (ReferenceArgument.Parse(operands[0]), ReferenceArgument.Parse(operands[1]));
        if (all && platform.IsSet) { throw new UsageException("conflicting options: --all and a platform for one manifest"); }

        using var interruption = new Interruption();
        ManifestService lists = ManifestVerbs.Open(session, insecure);
        lists.Find(list); // one that is not there is not made here
        lists.Add(list, [manifest], amends: true, all, interruption.Token);
        if (platform.IsSet) { lists.Annotate(list, manifest, platform.Apply); }

        Screen.WriteLine(list.ToString());
        return ExitStatus.Success;
    }
}
