using System.Globalization;
using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro wait</c>: blocks until containers end, then prints their exit codes.</summary>
internal sealed class WaitVerb : EachVerb
{
    public override string Usage => "CONTAINER [CONTAINER...]";

    public override string Summary => "Block until one or more containers stop, then print their exit codes";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container wait", "wait"];

    public override Completion Offers => Completion.RunningContainer;

    protected override string Apply(string operand, Session session)
    {
        ContainerExit? exit = session.Containers.Wait(session.Containers.Find(operand).Id, deadline: null);
        return exit?.ExitCode is { } code
            ? code.ToString(CultureInfo.InvariantCulture)
            : throw new EngineException(ErrorCode.Unavailable, $"nobody saw how container {operand} ended, so its exit code is not known");
    }
}
