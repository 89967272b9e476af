using Inro.Cli.Arguments;
using Inro.Cli.Output;

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
}
