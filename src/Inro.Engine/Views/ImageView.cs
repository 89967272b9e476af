using Inro.Engine.Images;
using Inro.Spec;
using Inro.Spec.DockerApi;
using Inro.Spec.Image;

namespace Inro.Engine.Views;

/// <summary>One image in Docker's shape.</summary>
public static class ImageView
{
    /// <summary>Looks at an image.</summary>
    public static ImageInspect Read(EngineSession engine, ImageSummary image) =>
        Inspect(engine.Images.WithMarks(image), engine.Images.Inspect(image), engine.Paths, engine.Images.LayersOf(image));

    /// <summary>Maps an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="config">Its config.</param>
    /// <param name="paths">The instance's paths.</param>
    /// <param name="layers">Its snapshots, the topmost first.</param>
    public static ImageInspect Inspect(ImageSummary image, ImageConfig config, InstancePaths paths, IReadOnlyList<long> layers) => new()
    {
        Id = image.Id,
        RepoTags = TagsOf(image),
        RepoDigests = DigestsOf(image),
        Comment = config.History is { Count: > 0 } history ? history[^1].Comment ?? "" : "",
        Created = config.Created,
        Author = config.Author ?? "",
        Config = config.Config is { } defaults ? Config(defaults) : null,
        Architecture = config.Architecture ?? "",
        Variant = config.Variant,
        Os = config.OperatingSystem ?? "",
        OsVersion = config.OperatingSystemVersion,
        Size = image.SizeBytes,
        GraphDriver = new GraphDriverView { Name = "overlay2", Data = Data(paths, layers) },
        RootFs = new ImageRootFsView("layers", [.. config.RootFileSystem.DiffIds.Select(d => d.ToString())]),
        Metadata = new ImageMetadataView(Rfc3339.FormatShort(0)) { Pinned = image.IsPinned },
    };

    /// <summary>How health is tested; null for none.</summary>
    internal static HealthcheckView? Health(HealthCheck? health) => health is null ? null : new HealthcheckView
    {
        Test = health.Test,
        Interval = health.IntervalNanoseconds,
        Timeout = health.TimeoutNanoseconds,
        StartPeriod = health.StartPeriodNanoseconds,
        StartInterval = health.StartIntervalNanoseconds,
        Retries = health.Retries,
    };

    /// <summary>Names with tags.</summary>
    internal static IReadOnlyList<string> TagsOf(ImageSummary image) =>
        [.. image.References.Select(ImageReference.Parse).Where(static r => r.Tag is not null).Select(static r => r.FamiliarName + ":" + r.Tag)];

    /// <summary>Names with digests.</summary>
    internal static IReadOnlyList<string> DigestsOf(ImageSummary image) =>
        [.. image.References.Select(r => ImageReference.Parse(r).FamiliarName + "@" + image.DigestOf(r)).Distinct(StringComparer.Ordinal)];

    private static SortedDictionary<string, string> Data(InstancePaths paths, IReadOnlyList<long> layers)
    {
        SortedDictionary<string, string> data = new(StringComparer.Ordinal);
        if (layers.Count > 0) { data["UpperDir"] = $"{paths.Snapshots}/{layers[0]}/fs"; }

        if (layers.Count > 1) { data["LowerDir"] = string.Join(':', layers.Skip(1).Select(n => $"{paths.Snapshots}/{n}/fs")); }

        return data;
    }

    private static ImageConfigView Config(ContainerDefaults d) => new()
    {
        User = d.User is { Length: > 0 } ? d.User : null,
        ExposedPorts = Set(d.ExposedPorts),
        Env = d.Env,
        Entrypoint = d.Entrypoint,
        Cmd = d.Cmd,
        Volumes = Set(d.Volumes),
        WorkingDir = d.WorkingDir is { Length: > 0 } ? d.WorkingDir : null,
        Labels = d.Labels is { Count: > 0 } ? d.Labels : null,
        StopSignal = d.StopSignal,
        Healthcheck = Health(d.HealthCheck),
        OnBuild = d.OnBuild is { Count: > 0 } ? d.OnBuild : null,
        Shell = d.Shell,
    };

    private static SortedDictionary<string, NoFields>? Set(IReadOnlyDictionary<string, EmptyObject>? set)
    {
        if (set is not { Count: > 0 }) { return null; }

        SortedDictionary<string, NoFields> sorted = new(StringComparer.Ordinal);
        foreach (string name in set.Keys) { sorted[name] = NoFields.Value; }

        return sorted;
    }
}
