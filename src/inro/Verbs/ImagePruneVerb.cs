using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Configuration;
using Inro.Engine.Images;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image prune</c>: images that nobody needs.</summary>
internal sealed class ImagePruneVerb : Verb
{
    private readonly FilterFlag filter = new("label", "label!", "until");
    private bool all;
    private bool isDryRun;
    private bool force;
    private bool byPolicy;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Remove unused images";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        filter.AddTo(table, letter: '\0');
        table
            .Switch("all", 'a', "Remove all unused images, not just dangling ones", v => all = v)
            .Switch("dry-run", '\0', "Only say what would be removed, and how much that is", v => isDryRun = v)
            .Switch("force", 'f', "Do not prompt for confirmation", v => force = v)
            .Switch("policy", '\0', "Remove what the configured policy does not keep ([image-gc] in config.toml)", v => byPolicy = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (byPolicy) { return ByPolicy(session); }

        PruneRequest request = Request(session.NowNanoseconds);
        string warning = all
            ? "WARNING! This will remove all images without at least one container associated to them."
            : "WARNING! This will remove all dangling images.";
        if (!force && !isDryRun && !Confirmation.Asked(warning))
        {
            Failures.Tell("image prune has been cancelled", remedy: null);
            return ExitStatus.Failure;
        }

        Print(session.Images.Prune(request), isDryRun);
        return ExitStatus.Success;
    }

    private int ByPolicy(Session session)
    {
        if (all || filter.Conditions.Count > 0) { throw new UsageException("--policy goes with neither --all nor --filter", ExitStatus.Failure); }

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

    private PruneRequest Request(long now)
    {
        long? until = null;
        List<KeyValuePair<string, string?>> with = [];
        List<KeyValuePair<string, string?>> without = [];
        foreach ((string name, string value) in filter.Conditions)
        {
            if (name == "until")
            {
                long limit = Limit(value, now);
                until = until is { } other ? Math.Min(other, limit) : limit;
            }
            else { (name == "label" ? with : without).Add(Label(value)); }
        }

        return new PruneRequest { All = all, IsDryRun = isDryRun, MadeBeforeNanoseconds = until, Labels = with, WithoutLabels = without };
    }

    private static long Limit(string value, long now)
    {
        try { return TimeArgument.Nanoseconds(value, now); }
        catch (FormatException wrong) { throw new UsageException($"invalid filter 'until={value}': {wrong.Message}", ExitStatus.Failure); }
    }

    /// <summary><c>key</c> or <c>key=value</c>.</summary>
    private static KeyValuePair<string, string?> Label(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(value, null) : new(value[..equals], value[(equals + 1)..]);
    }
}
