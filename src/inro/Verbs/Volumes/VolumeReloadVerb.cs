using Inro.Cli.Output;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume reload</c>: what plug-ins have is listed, and what they have no longer is not.</summary>
internal sealed class VolumeReloadVerb : Verb
{
    public override string Usage => "";

    public override string Summary => "Ask all volume plug-ins which volumes they have";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        (IReadOnlyList<string> added, IReadOnlyList<string> removed, IReadOnlyList<string> failures) = session.Volumes.Reload();
        if (added.Count > 0) { Screen.Write("Added:\n" + string.Concat(added.Select(static n => n + "\n"))); }

        if (removed.Count > 0) { Screen.Write("Removed:\n" + string.Concat(removed.Select(static n => n + "\n"))); }

        foreach (string failure in failures) { Failures.Tell(failure, remedy: null); }

        return failures.Count == 0 ? Arguments.ExitStatus.Success : Arguments.ExitStatus.Failure;
    }
}
