using System.Globalization;
using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal exec-end ROOT ID EXEC CODE</c>: an exec has ended without a client; this program tells of it.</summary>
internal static class ExecEndVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var root, var id, var exec, var code]) { throw new UsageException("internal exec-end needs a root, an id, an exec and a status", ExitStatus.Failure); }

        using Session session = InternalVerbs.Open(root);
        session.Containers.NoteExecEnd(id, exec, int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null);
        return ExitStatus.Success;
    }
}
