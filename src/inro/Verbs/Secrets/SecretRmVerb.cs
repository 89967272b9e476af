using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Secrets;

namespace Inro.Cli.Verbs.Secrets;

/// <summary><c>inro secret rm</c>: secrets are forgotten; containers that run keep what they have.</summary>
internal sealed class SecretRmVerb : Verb
{
    private bool all;
    private bool ignores;

    public override string Usage => "[OPTIONS] SECRET [SECRET...]";

    public override string Summary => "Remove one or more secrets";

    public override string[] Aliases => ["secret rm", "secret remove"];

    public override Completion Offers => Completion.Secret;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", 'a', "Remove all secrets", v => all = v)
        .Switch("ignore", 'i', "Ignore errors when a specified secret is missing", v => ignores = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (all == operands.Count > 0) { throw new UsageException(all ? "--all goes without names" : "\"inro secret rm\" requires at least 1 argument", ExitStatus.Failure) { ShowUsage = true }; }

        SecretCatalog secrets = session.Secrets;
        int status = ExitStatus.Success;
        foreach (string name in all ? [.. secrets.List().Select(static s => s.Id)] : operands)
        {
            try
            {
                secrets.Remove(name);
                Screen.WriteLine(name);
            }
            catch (EngineException failure)
            {
                if (ignores && failure.Code == ErrorCode.NotFound) { continue; }

                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatus.Failure;
            }
        }

        return status;
    }
}
