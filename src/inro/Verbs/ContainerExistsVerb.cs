using Inro.Cli.Arguments;
using Inro.Engine;

namespace Inro.Cli.Verbs;

/// <summary><c>inro container exists</c>: says by its exit status whether a container is there. See podman-container-exists(1).</summary>
internal sealed class ContainerExistsVerb : Verb
{
    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Say by the exit status whether a container exists: 0, or 1 where it does not";

    public override string[] Examples => ["inro container exists web || inro create --name web alpine"];

    public override int OwnFailure => ExitStatus.Refused;

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) =>
        table.Switch("external", '\0', "Look among the containers of other programs, too (no other program keeps any in this store)", static _ => { });

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        try { _ = session.Containers.Find(operands[0]); }
        catch (EngineException none) when (none.Code == ErrorCode.NotFound) { return ExitStatus.Failure; }

        return ExitStatus.Success;
    }
}
