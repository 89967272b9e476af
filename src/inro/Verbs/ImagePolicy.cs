using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Configuration;
using Inro.Engine.Images;

namespace Inro.Cli.Verbs;

/// <summary>What happens to other images once one has come: what the configured policy does not keep goes.</summary>
internal static class ImagePolicy
{
    /// <summary>Applies it, where one is configured. What fails here is said and fails nothing: the image has come.</summary>
    /// <param name="session">The engine.</param>
    /// <param name="fetched">Ids of what has come: it stays.</param>
    public static void Apply(Session session, IEnumerable<string> fetched)
    {
        try
        {
            if (ConfigurationReader.ReadImageGc() is not { } policy) { return; }

            PruneReport report = session.Images.Apply(policy, fetched.ToHashSet(StringComparer.Ordinal), isDryRun: false);
            foreach (string line in report.Lines)
            {
                if (line.StartsWith("untagged: ", StringComparison.Ordinal) && !line.Contains('@', StringComparison.Ordinal)) { Screen.WriteError($"image policy: removed {line["untagged: ".Length..]}"); }
            }

            if (report.Lines.Count > 0) { Screen.WriteError($"image policy: {HumanUnits.Size(report.FreedBytes)} given back"); }
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
}
