using Inro.Cli.Arguments;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal restart ROOT ID</c>: waits, then starts a container again by its policy.</summary>
internal static class RestartVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var root, var id]) { throw new UsageException("internal restart needs a root and an id", ExitStatus.Failure); }

        using Session session = InternalVerbs.Open(root);
        using RestartTurn? turn = session.Containers.AwaitTurn(id);
        turn?.Start()?.Connection?.Dispose();
        return ExitStatus.Success;
    }
}
