using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Secrets;

/// <summary><c>inro secret exists</c>: says by its exit status whether a secret is there.</summary>
internal sealed class SecretExistsVerb : Verb
{
    public override string Usage => "SECRET";

    public override string Summary => "Say by the exit status whether a secret exists: 0, or 1 where it does not";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Secret;

    public override int Run(IReadOnlyList<string> operands, Session session) => session.Secrets.TryFind(operands[0]) is null ? ExitStatus.Failure : ExitStatus.Success;
}
