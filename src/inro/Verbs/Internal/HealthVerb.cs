using Inro.Cli.Arguments;
using Inro.Engine.Health;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal health ROOT ID STATE</c>: a shim says what it found; this program writes it down.</summary>
internal static class HealthVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var root, var id, var name]) { throw new UsageException("internal health needs a root, an id and a state", ExitStatus.Failure); }

        HealthState state = HealthRecordFile.Find(name) ?? throw new UsageException($"'{name}' is no state of health", ExitStatus.Failure);
        using Session session = InternalVerbs.Open(root);
        session.Containers.NoteHealth(id, state);
        return ExitStatus.Success;
    }
}
