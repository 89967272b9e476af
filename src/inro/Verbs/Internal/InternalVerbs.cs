using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal …</c>: calls of the program to itself. Not for people, and not promised to stay.</summary>
internal static class InternalVerbs
{
    public static int Run(string[] arguments)
    {
        try
        {
            switch (arguments[1])
            {
                case "exited": return ExitedVerb.Run(arguments.AsSpan(2));
                case "health": return HealthVerb.Run(arguments.AsSpan(2));
                case "exec-end": return ExecEndVerb.Run(arguments.AsSpan(2));
                case "restart": return RestartVerb.Run(arguments.AsSpan(2));
                case "pack-log": return PackLogVerb.Run(arguments.AsSpan(2));
                case "complete": return CompleteVerb.Run(arguments.AsSpan(2));
                default:
                    Screen.WriteError($"inro: unknown command: inro internal {arguments[1]}");
                    return ExitStatus.Failure;
            }
        }
        catch (Exception failure)
        {
            return Failures.Report(failure, verb: null, isDebug: true);
        }
    }

    /// <summary>The instance in a directory. The default one has no name of its own: giving its directory as --root would make another one.</summary>
    public static Session Open(string root)
    {
        GlobalFlags flags = new();
        if (InstancePaths.Of(null).Root != root) { ArgumentReader.Read(flags.Table, ["--root", root], flagsAfterOperands: false); }

        return new Session(flags);
    }
}
