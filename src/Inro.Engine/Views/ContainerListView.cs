using Inro.Engine.Containers;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>Containers as Docker's lists show them.</summary>
public static class ContainerListView
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Maps a row.</summary>
    /// <param name="row">The container.</param>
    /// <param name="mounts">What is mounted in it; empty where that is not shown.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    /// <param name="sizes">What it wrote, and that with its image; null: nobody looked.</param>
    public static ContainerListEntry Entry(ContainerSummary row, IReadOnlyList<MountPointView> mounts, long now, (long Own, long Total)? sizes = null) => new()
    {
        Id = row.Id,
        Names = ["/" + row.Name],
        Image = row.Image,
        ImageId = row.ImageId,
        Command = string.Join(' ', ContainerService.ArgumentsOf(row)),
        Created = row.CreatedNanoseconds / NanosecondsPerSecond,
        SizeRw = sizes?.Own,
        SizeRootFs = sizes?.Total,
        Labels = new SortedDictionary<string, string>(ContainerService.LabelsOf(row).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        State = StateName.Of(row.State),
        Status = StatusText.Of(row, now),
        HostConfig = new ListedHostConfig(row.Network),
        NetworkSettings = new ListedNetworkSettings(new Dictionary<string, EndpointSettingsView>(StringComparer.Ordinal) { [row.Network] = new() }),
        Mounts = mounts,
    };

    /// <summary>Reads a list.</summary>
    /// <param name="engine">The instance.</param>
    /// <param name="filter">Which.</param>
    /// <param name="sizes">Also at their files, which takes longer.</param>
    public static IReadOnlyList<ContainerListEntry> Read(EngineSession engine, ContainerFilter filter, bool sizes)
    {
        long now = EngineSession.NowNanoseconds;
        return [.. engine.Containers.List(filter).Select(row => Entry(row, MountsOf(engine, row), now, sizes ? engine.Usage.SizesOf(row.Id) : null))];
    }

    private static IReadOnlyList<MountPointView> MountsOf(EngineSession engine, ContainerSummary row)
    {
        if (row.Mounts.Length == 0) { return []; }

        try { return ContainerView.Mounts(engine.Containers.Find(row.Id)); }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { return []; } // removed since the list was read
    }
}
