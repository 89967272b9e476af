using Inro.Cli.Arguments;
using Inro.Engine.Health;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal health ROOT ID STATE</c>: a shim says what it found; this program writes it down.</summary>
internal static class HealthVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var root, var id, var name]) { throw new UsageException("internal health needs a root, an id and a state", ExitStatus.Failure); }

        HealthState? state = name == HealthRecordFile.FailedToStart ? null : HealthRecordFile.Find(name) ?? throw new UsageException($"'{name}' is no state of health", ExitStatus.Failure);
        using Session session = InternalVerbs.Open(root);
        if (state is { } found) { session.Containers.NoteHealth(id, found); }
        else { session.Containers.StartAgain(id); }

        return ExitStatus.Success;
    }
}
