using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Manifests;

namespace Inro.Cli.Verbs.Manifests;

/// <summary><c>inro manifest rm</c>: lists are no longer kept here.</summary>
internal sealed class ManifestRmVerb : Verb
{
    public override string Usage => "MANIFEST_LIST [MANIFEST_LIST...]";

    public override string Summary => "Delete one or more manifest lists from local storage";

    public override int LeastOperands => 1;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ManifestService lists = ManifestVerbs.Open(session, isInsecure: false);
        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try { lists.Remove(ReferenceArgument.Parse(operand)); }
            catch (EngineException none) when (none.Code == ErrorCode.NotFound)
            {
                Failures.Tell(none.Problem, none.Remedy);
                status = ExitStatus.Failure;
            }
        }

        return status;
    }
}
