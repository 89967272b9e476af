using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Linux.Files;

namespace Inro.Engine.Checks;

/// <summary>Checks an instance's store, and sets it right where that is asked for.</summary>
/// <param name="paths">The instance.</param>
public sealed class StoreDoctor(InstancePaths paths)
{
    /// <summary>True where the database is gone and something that it has known is not: nothing but a repair may run.</summary>
    public static bool IsDatabaseLost(InstancePaths paths) => LostDatabase.IsLost(paths);

    /// <summary>What other commands say then.</summary>
    public static EngineException DatabaseLost(InstancePaths paths) => LostDatabase.Failure(paths);

    /// <summary>Looks, and repairs.</summary>
    /// <exception cref="EngineException">DataLoss: the database is missing or damaged, and no repair is asked for.</exception>
    public CheckReport Run(CheckOptions options, CancellationToken ct)
    {
        InstanceDirectories.Prepare(paths);
        List<StoreProblem> problems = [];
        try { return Run(options, problems, ct); }
        catch (EngineException damaged) when (options.Repair && damaged.Code == ErrorCode.DataLoss && File.Exists(paths.Database))
        {
            problems.Clear();
            problems.Add(LostDatabase.SetAside(paths, damaged.Problem));
            return Run(options, problems, ct);
        }
    }

    private CheckReport Run(CheckOptions options, List<StoreProblem> problems, CancellationToken ct)
    {
        if (LostDatabase.IsLost(paths))
        {
            if (!options.Repair) { throw LostDatabase.Failure(paths); }

            problems.AddRange(new LostDatabase(paths, ImageService.Options()).Rebuild(ct));
        }

        using MetadataStore store = MetadataStore.Open(paths.Database);
        RequireIntegrity(store, options.Quick);
        var table = new ImageTable(store, new EventLog(store, paths.EventBell), TimeProvider.System) { Action = "repair", Index = new StoreIndex(paths.Root) };
        using DirFd root = DirFd.Open(paths.Root);
        var check = new StoreCheck(paths, store, table, root);
        StoreFindings findings = check.Run(options.Quick, ct);
        problems.AddRange(findings.Problems);
        if (options.Repair) { new StoreRepair(paths, table, root, ImageService.Options()).Run(findings, check.KeptSnapshots, options, ct); }

        return new CheckReport { Problems = problems, Looked = check.Looked };
    }

    private void RequireIntegrity(MetadataStore store, bool quick)
    {
        string said = store.Read(() =>
        {
            using Statement check = store.Prepare(quick ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)");
            return check.Step() ? check.Text(0) : "ok";
        });
        if (said != "ok")
        {
            throw new EngineException(ErrorCode.DataLoss, $"{paths.Database}: the database is damaged ({said})", "inro system check --repair puts it aside and makes it anew");
        }
    }
}
