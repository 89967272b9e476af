using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Configuration;
using Inro.Engine.Images;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image prune</c>: images that nobody needs.</summary>
internal sealed class ImagePruneVerb : Verb
{
    private readonly PruneFlags prune = new();
    private bool all;
    private bool isDryRun;
    private bool byPolicy;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Remove unused images";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        prune.AddTo(table);
        table
            .Switch("all", 'a', "Remove all unused images, not just dangling ones", v => all = v)
            .Switch("dry-run", '\0', "Only say what would be removed, and how much that is", v => isDryRun = v)
            .Switch("policy", '\0', "Remove what the configured policy does not keep ([image-gc] in config.toml)", v => byPolicy = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (byPolicy) { return ByPolicy(session); }

        var request = new PruneRequest { All = all, IsDryRun = isDryRun, Conditions = prune.Conditions(session.NowNanoseconds) };
        string warning = all
            ? "WARNING! This will remove all images without at least one container associated to them."
            : "WARNING! This will remove all dangling images.";
        if (!prune.IsForced && !isDryRun && !Confirmation.Asked(warning))
        {
            Failures.Tell("image prune has been cancelled", remedy: null);
            return ExitStatus.Failure;
        }

        Print(session.Images.Prune(request), isDryRun);
        return ExitStatus.Success;
    }

    private int ByPolicy(Session session)
    {
        if (all || prune.HasConditions) { throw new UsageException("--policy goes with neither --all nor --filter", ExitStatus.Failure); }

        ImageGcPolicy policy = ConfigurationReader.ReadImageGc() ?? throw new EngineException(
            ErrorCode.PreconditionFailed, "no policy is configured", "write a table [image-gc] with keep-storage, keep-for or min-free into /etc/inro/config.toml or ~/.config/inro/config.toml");
        Print(session.Images.Apply(policy, new HashSet<string>(StringComparer.Ordinal), isDryRun), isDryRun);
        return ExitStatus.Success;
    }

    /// <summary>Prints a report in docker's words.</summary>
    private static void Print(PruneReport report, bool isDryRun)
    {
        if (report.Lines.Count > 0)
        {
            Screen.WriteLine(isDryRun ? "Would Delete Images:" : "Deleted Images:");
            Screen.Write(string.Concat(report.Lines.Select(static l => l + "\n")) + "\n");
        }

        Screen.WriteLine($"Total {(isDryRun ? "reclaimable" : "reclaimed")} space: {HumanUnits.Size(report.FreedBytes)}");
    }
}
