using Inro.Cli.Arguments;
using Inro.Engine;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal exited ROOT ID</c>: a shim without a client says that its container has ended; this program writes it down.</summary>
internal static class ExitedVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var root, var id]) { throw new UsageException("internal exited needs a root and an id", ExitStatus.Failure); }

        // The default instance has no name of its own: giving its directory as --root would make another one.
        bool isDefault = InstancePaths.Of(null).Root == root;
        GlobalFlags flags = new();
        if (!isDefault) { ArgumentReader.Read(flags.Table, ["--root", root], flagsAfterOperands: false); }

        using Session session = new(flags);
        session.Containers.Exited(id);
        return ExitStatus.Success;
    }
}
