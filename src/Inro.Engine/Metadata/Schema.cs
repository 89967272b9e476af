namespace Inro.Engine.Metadata;

/// <summary>The tables, as a list of steps: the database's <c>user_version</c> is the number of steps it has taken.</summary>
/// <remarks>A step that was published is never changed; a new one is appended. Each runs in the same transaction as its number.</remarks>
internal static class Schema
{
    private const int WalRetryMilliseconds = 5;
    private const int WalRetries = 2000;

    /// <summary>What this program knows.</summary>
    public static int Version => Steps.Length;

    internal static ReadOnlySpan<string> Steps => new[] { SchemaSteps.First, SchemaSteps.IdRanges, SchemaSteps.ImageTargets, SchemaSteps.ImageMarks, SchemaSteps.SnapshotKinds, SchemaSteps.VolumesAndSecrets, SchemaSteps.Lifecycle };

    /// <summary>Makes or migrates what is there.</summary>
    public static void Bring(MetadataStore store) => Bring(store, Steps);

    /// <summary>The same with the steps given.</summary>
    internal static void Bring(MetadataStore store, ReadOnlySpan<string> steps)
    {
        long found = Found(store);
        if (found == steps.Length) { return; }

        if (found > steps.Length) { throw Newer(found, steps.Length); }

        if (found == 0) { TurnOnLog(store); }

        string[] all = [.. steps];
        store.Write(() =>
        {
            long now = Found(store); // another process may have done it while this one waited
            for (long step = now; step < all.Length; step++) { store.Run(all[step]); }

            if (now > all.Length) { throw Newer(now, all.Length); }

            store.Run($"PRAGMA user_version={all.Length}");
        });
    }

    private static long Found(MetadataStore store)
    {
        using Statement version = store.Prepare("PRAGMA user_version");
        return version.Step() ? version.Number(0) : 0;
    }

    /// <summary>Written into the file once. SQLite does not wait for others here, so this does.</summary>
    private static void TurnOnLog(MetadataStore store)
    {
        using var pause = new ManualResetEventSlim();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                store.Run("PRAGMA journal_mode=WAL");
                return;
            }
            catch (EngineException busy) when (busy.Code == ErrorCode.Unavailable && attempt < WalRetries)
            {
                pause.Wait(WalRetryMilliseconds);
            }
        }
    }

    private static EngineException Newer(long found, int known) => new(
        ErrorCode.PreconditionFailed,
        $"the database was written by a newer program (schema {found}, this one knows {known})",
        "use the newer program, or another directory with --root");
}
