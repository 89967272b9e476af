using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Manifests;
using Inro.Spec;

namespace Inro.Cli.Verbs.Manifests;

/// <summary><c>inro manifest push</c>: a list to its registry, as an index.</summary>
internal sealed class ManifestPushVerb : Verb
{
    private bool insecure;
    private bool purges;

    public override string Usage => "[OPTIONS] MANIFEST_LIST";

    public override string Summary => "Push a manifest list to a repository";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override void AddFlags(FlagTable table) => table
        .Switch("insecure", '\0', "Allow push to an insecure registry", v => insecure = v)
        .Switch("purge", 'p', "Remove the local manifest list after push", v => purges = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference list = ReferenceArgument.Parse(operands[0]);
        using var interruption = new Interruption();
        ManifestService lists = ManifestVerbs.Open(session, insecure);
        Digest pushed = lists.Push(list, static (name, digest) => Screen.WriteLine($"Pushed ref {name} with digest: {digest}"), interruption.Token);
        Screen.WriteLine(pushed.ToString());
        if (purges) { lists.Remove(list); }

        return ExitStatus.Success;
    }
}
