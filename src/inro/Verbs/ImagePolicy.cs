using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Configuration;
using Inro.Engine.Images;
using Inro.Images.Transfers;

namespace Inro.Cli.Verbs;

/// <summary>What happens to other images once one has come: what the configured policy does not keep goes.</summary>
internal static class ImagePolicy
{
    /// <summary>Makes a transfer; where the disk is full, and the policy keeps some of it free, unused images make room and it is made once more.</summary>
    /// <param name="session">The engine.</param>
    /// <param name="transfer">Can be made twice.</param>
    public static T WithRoom<T>(Session session, Func<T> transfer)
    {
        try { return transfer(); }
        catch (EngineException full) when (full is { Code: ErrorCode.ResourceExhausted, InnerException: NoSpaceException image } && MakesRoom(session, image.NeededBytes))
        {
            return transfer();
        }
    }

    private static bool MakesRoom(Session session, long neededBytes)
    {
        try
        {
            if (ConfigurationReader.ReadImageGc() is not { MinFreeBytes: { } least } policy) { return false; }

            PruneReport report = session.Images.Apply(policy with { MinFreeBytes = least + neededBytes }, keep: new HashSet<string>(), isDryRun: false);
            Tell(report);
            return report.FreedBytes > 0;
        }
        catch (EngineException) { return false; } // the full disk is what is told
        catch (IOException) { return false; }
    }

    /// <summary>Applies it, where one is configured. What fails here is said and fails nothing: the image has come.</summary>
    /// <param name="session">The engine.</param>
    /// <param name="fetched">Ids of what has come: it stays.</param>
    public static void Apply(Session session, IEnumerable<string> fetched)
    {
        try
        {
            if (ConfigurationReader.ReadImageGc() is not { } policy) { return; }

            PruneReport report = session.Images.Apply(policy, fetched.ToHashSet(StringComparer.Ordinal), isDryRun: false);
            Tell(report);
        }
        catch (EngineException failure)
        {
            Failures.Tell($"the image policy was not applied: {failure.Problem}", failure.Remedy);
        }
        catch (IOException failure)
        {
            Failures.Tell($"the image policy was not applied: {failure.Message}", remedy: null);
        }
    }

    private static void Tell(PruneReport report)
    {
        foreach (string line in report.Lines)
        {
            if (line.StartsWith("untagged: ", StringComparison.Ordinal) && !line.Contains('@', StringComparison.Ordinal)) { Screen.WriteError($"image policy: removed {line["untagged: ".Length..]}"); }
        }

        if (report.Lines.Count > 0) { Screen.WriteError($"image policy: {HumanUnits.Size(report.FreedBytes)} given back"); }
    }
}
