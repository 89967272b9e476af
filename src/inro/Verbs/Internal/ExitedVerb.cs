using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal exited ROOT ID</c>: a shim without a client says that its container has ended; this program writes it down.</summary>
internal static class ExitedVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var root, var id]) { throw new UsageException("internal exited needs a root and an id", ExitStatus.Failure); }

        using Session session = InternalVerbs.Open(root);
        session.Containers.Exited(id);
        return ExitStatus.Success;
    }
}
