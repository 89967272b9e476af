using Inro.Engine.Containers;
using Inro.Engine.Usage;
using Inro.Engine.Volumes;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>What is on the disk, in Docker's shape.</summary>
public static class DiskUsageReader
{
    /// <summary>Looks at every file.</summary>
    public static DiskUsageView Read(EngineSession engine)
    {
        long now = EngineSession.NowNanoseconds;
        UsageReport report = engine.Usage.Read(engine.Containers.List(new ContainerFilter { All = true }));
        return new DiskUsageView
        {
            LayersSize = report.ImageBytes,
            Images = [.. report.Images.Select(i => ImageListView.Entry(i.Image with { SizeBytes = i.Bytes }, engine.Images.ReadDefaults(i.Image).Labels, i.Bytes - i.UniqueBytes, i.Containers))],
            Containers = [.. report.Containers.Select(c => ContainerListView.Entry(c.Container, [], now, (c.Bytes, c.Bytes)))],
            Volumes = [.. report.Volumes.Select(v => Volume(engine.Volumes, v)).OfType<UsedVolumeView>()],
        };
    }

    private static UsedVolumeView? Volume(VolumeCatalog volumes, VolumeUsage usage)
    {
        if (volumes.TryFind(usage.Name) is not { } found) { return null; } // removed meanwhile

        VolumeInspect view = VolumeView.Inspect(found, volumes);
        return new UsedVolumeView
        {
            Name = view.Name,
            Driver = view.Driver,
            Mountpoint = view.Mountpoint,
            CreatedAt = view.CreatedAt,
            Labels = view.Labels,
            Scope = view.Scope,
            Options = view.Options,
            UsageData = new VolumeUsageView(usage.Bytes, usage.Links),
        };
    }
}
