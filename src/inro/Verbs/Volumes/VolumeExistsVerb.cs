using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume exists</c>: says by its exit status whether a volume is there.</summary>
internal sealed class VolumeExistsVerb : Verb
{
    public override string Usage => "VOLUME";

    public override string Summary => "Say by the exit status whether a volume exists: 0, or 1 where it does not";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Volume;

    public override int Run(IReadOnlyList<string> operands, Session session) => session.Volumes.TryFind(operands[0]) is null ? ExitStatus.Failure : ExitStatus.Success;
}
