using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume prune</c>: volumes that no container uses.</summary>
internal sealed class VolumePruneVerb : Verb
{
    private readonly PruneFlags prune = new("all", "anonymous");
    private bool all;
    private bool isDryRun;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Remove unused local volumes";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        prune.AddTo(table);
        table
            .Switch("all", 'a', "Remove all unused volumes, not just anonymous ones", v => all = v)
            .Switch("dry-run", '\0', "Only say what would be removed, and how much that is", v => isDryRun = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        Engine.PruneConditions conditions = prune.Conditions(session.NowNanoseconds);
        if (all && prune.Has("all")) { throw new UsageException("conflicting options: cannot specify both --all and --filter all=1", ExitStatus.Failure); }

        bool ofAll = all || prune.IsTrue("all");
        string warning = ofAll
            ? "WARNING! This will remove all local volumes not used by at least one container."
            : "WARNING! This will remove anonymous local volumes not used by at least one container.";
        if (!prune.IsForced && !isDryRun && !Confirmation.Asked(warning))
        {
            Failures.Tell("volume prune has been cancelled", remedy: null);
            return ExitStatus.Failure;
        }

        VolumePruneReport report = session.Volumes.Prune(ofAll, conditions, isDryRun);
        if (report.Names.Count > 0) { Screen.Write((isDryRun ? "Would Delete Volumes:\n" : "Deleted Volumes:\n") + string.Concat(report.Names.Select(static n => n + "\n")) + "\n"); }

        Screen.WriteLine($"Total {(isDryRun ? "reclaimable" : "reclaimed")} space: {HumanUnits.Size(report.FreedBytes)}");
        return ExitStatus.Success;
    }
}
