using Inro.Engine.Containers;
using Inro.Engine.Images;
using Inro.Engine.Images.Changes;
using Inro.Engine.Views;
using Inro.Engine.Volumes;
using Inro.Images.Copies;
using Inro.Images.Layers;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Spec;
using Inro.Spec.DockerApi;
using Inro.Spec.Image;

namespace Inro.Engine.Archives;

/// <summary>What an image made of a container is to be.</summary>
public sealed record CommitRequest
{
    /// <summary>Its name; null for none.</summary>
    public ImageReference? Reference { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>What its history says.</summary>
    public string? Message { get; init; }

    /// <summary>Instructions of a Dockerfile that change its defaults.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Whether the container stands still meanwhile; null: where that is possible, which an ordinary user's need not be.</summary>
    public bool? Pauses { get; init; }

    /// <summary>Whether one layer takes the place of all.</summary>
    public bool Squashes { get; init; }

    /// <summary>Whether the places of the container's volumes become volumes of the image.</summary>
    public bool IncludesVolumes { get; init; }

    /// <summary>In whose words its manifest is written.</summary>
    public DocumentFormat Format { get; init; } = DocumentFormat.Oci;
}

/// <summary>Images out of containers.</summary>
/// <param name="archives">Their files.</param>
/// <param name="containers">The instance's containers.</param>
/// <param name="images">Its images.</param>
/// <param name="clock">The time.</param>
public sealed class ContainerCommit(ContainerArchives archives, ContainerService containers, ImageService images, TimeProvider clock)
{
    /// <summary>Makes an image: the layers of the container's own, what the container has changed as one more, and how it is run.</summary>
    /// <param name="nameOrId">Which container.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="ct">Ends it; nothing of it remains, and the container goes on.</param>
    /// <returns>The image's id.</returns>
    /// <exception cref="EngineException">NotFound: no such container. InvalidArgument: a change cannot be understood. ResourceExhausted: the disk is full.</exception>
    public string Commit(string nameOrId, CommitRequest request, CancellationToken ct)
    {
        ContainerRecord record = containers.Find(nameOrId);
        ImageSummary image = images.Resolve(record.ImageId);
        ContainerConfigView run = ContainerView.Config(record, images.ReadDefaults(image));
        ContainerDefaults defaults = Changed(Defaults(record, run, request), request.Changes);
        ImageConfig below = images.Inspect(image);
        string id;
        using (IDisposable? frozen = request.Pauses == false ? null : Freeze(record, request.Pauses == true))
        {
            id = request.Squashes ? Squash(record, Describe, request, ct) : Add(record, image, Describe, request, ct);
        }

        containers.Tell(record, "commit");
        return id;

        ImageConfig Describe(Digest? diffId)
        {
            string now = Rfc3339.Format(clock.NowNanoseconds());
            var entry = new HistoryEntry { Created = now, Author = request.Author, CreatedBy = string.Join(' ', run.Cmd ?? []), Comment = request.Message, EmptyLayer = diffId is null };
            IReadOnlyList<Digest> added = diffId is { } digest ? [digest] : [];
            return below with
            {
                Created = now,
                Author = request.Author,
                Config = defaults,
                RootFileSystem = new RootFileSystem { DiffIds = request.Squashes ? added : [.. below.RootFileSystem.DiffIds, .. added] },
                History = request.Squashes ? [entry] : [.. below.History ?? [], entry],
            };
        }
    }

    private IDisposable? Freeze(ContainerRecord record, bool isWanted)
    {
        try { return containers.Freeze(record); }
        catch (EngineException impossible) when (!isWanted && impossible.Code == ErrorCode.PreconditionFailed) { return null; }
    }

    private string Add(ContainerRecord record, ImageSummary image, Func<Digest?, ImageConfig> describe, CommitRequest request, CancellationToken ct)
    {
        ChangeScan scan = archives.Scan(record);
        SnapshotMount rootfs = containers.RootfsOnDisk(record);
        bool isTree = rootfs.Kind == SnapshotKind.Copy;
        LayerOptions options = (UserNamespace.IsInitial ? LayerOptions.Privileged : LayerOptions.InUserNamespace) with { IntoTree = isTree };
        var rules = new WriteRules { IsLive = true, LeavesOut = (path, _) => scan.LeavesOut(path) };
        return images.Make(image, scan.Changes.Count == 0 ? null : Write, describe, request.Reference, request.Format, ct);

        void Write(Stream layer)
        {
            using DirFd root = DirFd.Open($"{rootfs.Directory}/{rootfs.Upper}");
            new LayerWriter(layer, options, rules).Write(root, isTree ? scan.Changes.Where(static c => c.Kind == FileChangeKind.Deleted).Select(static c => c.PathBytes) : [], ct);
        }
    }

    private string Squash(ContainerRecord record, Func<Digest?, ImageConfig> describe, CommitRequest request, CancellationToken ct)
    {
        ChangeScan scan = archives.Scan(record);
        return images.Make(null, Write, describe, request.Reference, request.Format, ct);

        void Write(Stream layer) => archives.WithFiles(record, root =>
            new LayerWriter(layer, LayerOptions.Privileged with { IntoTree = true }, new WriteRules { IsLive = true, LeavesOut = (path, _) => scan.IsEngines(path) }).Write(root, ct));
    }

    /// <summary>How the container is run, as an image says it. What an image says to builds is not the container's.</summary>
    private static ContainerDefaults Defaults(ContainerRecord record, ContainerConfigView run, CommitRequest request)
    {
        SortedDictionary<string, EmptyObject> volumes = new(StringComparer.Ordinal);
        foreach (string place in run.Volumes?.Keys ?? []) { volumes[place] = new EmptyObject(); }

        foreach (ResolvedMount mount in record.Mounts)
        {
            if (mount.Kind == MountKind.Volume && (mount.IsAnonymous || request.IncludesVolumes)) { volumes[mount.Target] = new EmptyObject(); }
        }

        SortedDictionary<string, EmptyObject> ports = new(StringComparer.Ordinal);
        foreach (string port in run.ExposedPorts?.Keys ?? []) { ports[port] = new EmptyObject(); }

        return new ContainerDefaults
        {
            User = run.User is { Length: > 0 } user ? user : null,
            ExposedPorts = ports.Count > 0 ? ports : null,
            Env = run.Env,
            Entrypoint = run.Entrypoint,
            Cmd = run.Cmd,
            Volumes = volumes.Count > 0 ? volumes : null,
            WorkingDir = run.WorkingDir is { Length: > 0 } directory ? directory : null,
            Labels = run.Labels is { Count: > 0 } labels ? labels : null,
            StopSignal = run.StopSignal,
            HealthCheck = run.Healthcheck is { } health
                ? new Spec.Image.HealthCheck
                {
                    Test = health.Test,
                    IntervalNanoseconds = health.Interval,
                    TimeoutNanoseconds = health.Timeout,
                    StartPeriodNanoseconds = health.StartPeriod,
                    StartIntervalNanoseconds = health.StartInterval,
                    Retries = health.Retries,
                }
                : null,
            Shell = run.Shell,
        };
    }

    /// <summary>A new entry point takes the command away, unless that is changed too: its arguments belong to another program.</summary>
    private static ContainerDefaults Changed(ContainerDefaults defaults, IReadOnlyList<string> changes)
    {
        bool replaces = Names(changes, "ENTRYPOINT") && !Names(changes, "CMD");
        return ImageChanges.Apply(replaces ? defaults with { Cmd = null } : defaults, changes);
    }

    private static bool Names(IReadOnlyList<string> changes, string instruction) => changes.SelectMany(static c => c.Split('\n'))
        .Any(c => c.TrimStart().StartsWith(instruction, StringComparison.OrdinalIgnoreCase) && c.TrimStart().Length > instruction.Length && char.IsWhiteSpace(c.TrimStart()[instruction.Length]));
}
