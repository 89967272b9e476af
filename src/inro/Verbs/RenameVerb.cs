using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary><c>inro rename</c>.</summary>
internal sealed class RenameVerb : Verb
{
    public override string Usage => "CONTAINER NEW_NAME";

    public override string Summary => "Rename a container";

    public override string[] Aliases => ["container rename", "rename"];

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Container;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        session.Containers.Rename(session.Containers.Find(operands[0]).Id, operands[1]);
        return ExitStatus.Success;
    }
}
