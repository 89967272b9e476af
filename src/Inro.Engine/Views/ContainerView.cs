using Inro.Engine.Containers;
using Inro.Engine.Health;
using Inro.Engine.Volumes;
using Inro.Spec;
using Inro.Spec.DockerApi;
using Inro.Spec.Image;

namespace Inro.Engine.Views;

/// <summary>One container in Docker's shape: for <c>inspect</c> and the API alike.</summary>
/// <remarks>Parts: <c>ContainerView.Host.cs</c>.</remarks>
public static partial class ContainerView
{
    /// <summary>Shown where Docker has a number and nobody saw the end; the number that containerd uses for it.</summary>
    public const int UnknownExitCode = 255;

    /// <summary>Looks at a container.</summary>
    /// <param name="engine">Its instance.</param>
    /// <param name="record">The container.</param>
    /// <param name="sizes">Also at its files, which takes longer.</param>
    public static ContainerInspect Read(EngineSession engine, ContainerRecord record, bool sizes)
    {
        ContainerService containers = engine.Containers;
        ContainerInspect view = Inspect(record, containers.DefaultsOf(record), engine.Paths, containers.LayersOf(record), containers.HealthOf(record), containers.ExecsOf(record));
        if (!sizes) { return view; }

        (long own, long total) = engine.Usage.SizesOf(record.Id);
        return view with { SizeRw = own, SizeRootFs = total };
    }

    /// <summary>Maps a container.</summary>
    /// <param name="record">The container.</param>
    /// <param name="image">What its image says.</param>
    /// <param name="paths">The instance's paths.</param>
    /// <param name="layers">Snapshots of the image, the topmost first; empty where the image is gone.</param>
    /// <param name="health">What its shim has found; null: nothing is tested.</param>
    /// <param name="execs">Its execs; null: none.</param>
    public static ContainerInspect Inspect(
        ContainerRecord record, ContainerDefaults image, InstancePaths paths, IReadOnlyList<long> layers, HealthRecord? health = null, IReadOnlyList<string>? execs = null)
    {
        string bundle = paths.Bundle(record.Id);
        return new ContainerInspect
        {
            Id = record.Id,
            Created = Rfc3339.FormatShort(record.CreatedNanoseconds),
            Path = record.Arguments.Count > 0 ? record.Arguments[0] : "",
            Args = [.. record.Arguments.Skip(1)],
            State = State(record) with { Health = Health(health) },
            Image = record.ImageId,
            ResolvConfPath = bundle + "/resolv.conf",
            HostnamePath = bundle + "/hostname",
            HostsPath = bundle + "/hosts",
            LogPath = LogChoice.DriverOf(record.Config) == "json-file" ? LogChoice.Of(record.Config, bundle).Path : "",
            Name = "/" + record.Name,
            RestartCount = record.RestartCount,
            Driver = DriverOf(record.SnapshotKind),
            Platform = "linux",
            ExecIds = execs is { Count: > 0 } ? execs : null,
            HostConfig = Host(record),
            GraphDriver = GraphDriver(record, paths, layers),
            Mounts = Mounts(record),
            Config = Config(record, image),
            NetworkSettings = new NetworkSettingsView
            {
                Networks = new Dictionary<string, EndpointSettingsView>(StringComparer.Ordinal) { [NetworkChoice.Of(record.Config)] = new() },
            },
        };
    }

    private static ContainerInspectState State(ContainerRecord record)
    {
        bool isUnknown = record.State == ContainerState.Exited && record.ExitCode is null;
        return new ContainerInspectState
        {
            Status = StateName.Of(record.State),
            Running = record.State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting,
            Paused = record.State == ContainerState.Paused,
            Restarting = record.State == ContainerState.Restarting,
            OomKilled = record.OomKilled,
            Dead = record.State == ContainerState.Dead,
            Pid = record.Pid,
            ExitCode = record.ExitCode ?? UnknownExitCode,
            Error = isUnknown ? "exit status unknown: the container ended while nothing watched it" : record.Error,
            StartedAt = Rfc3339.FormatShort(record.StartedNanoseconds),
            FinishedAt = Rfc3339.FormatShort(record.FinishedNanoseconds),
        };
    }

    private static HealthView? Health(HealthRecord? health) => health is null ? null : new HealthView(
        HealthRecordFile.NameOf(health.State),
        health.FailingStreak,
        [.. health.Results.Select(r => new HealthResultView(Rfc3339.Format(r.StartNanoseconds), Rfc3339.Format(r.EndNanoseconds), r.ExitCode, r.Output))]);

    /// <summary>Docker's word for a kind.</summary>
    private static string DriverOf(SnapshotKind kind) => kind == SnapshotKind.Overlay ? "overlay2" : SnapshotKinds.NameOf(kind);

    private static GraphDriverView GraphDriver(ContainerRecord record, InstancePaths paths, IReadOnlyList<long> layers)
    {
        string own = $"{paths.Snapshots}/{record.Snapshot}";
        return new GraphDriverView
        {
            Name = DriverOf(record.SnapshotKind),
            Data = record.SnapshotKind == SnapshotKind.Copy ? new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ID"] = record.Id, ["Dir"] = own + "/fs" }
            : new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["ID"] = record.Id,
                ["LowerDir"] = string.Join(':', layers.Select(n => $"{paths.Snapshots}/{n}/fs")),
                ["UpperDir"] = own + "/fs",
                ["WorkDir"] = own + "/work",
            },
        };
    }

    /// <summary>What is mounted in a container, memory excepted.</summary>
    internal static IReadOnlyList<MountPointView> Mounts(ContainerRecord record) =>
        [.. record.Mounts.Where(static m => m.Kind is MountKind.Bind or MountKind.Volume or MountKind.Image).Select(Mount)];

    private static MountPointView Mount(ResolvedMount mount) => new()
    {
        Type = MountCheck.NameOf(mount.Kind),
        Name = mount.Kind == MountKind.Volume ? mount.VolumeName : null,
        Source = mount.Source,
        Destination = mount.Target,
        Driver = mount.Kind == MountKind.Volume ? (mount.Driver.Length > 0 ? mount.Driver : VolumeRecord.LocalDriver) : null,
        Mode = mount.Mode,
        IsWritable = !mount.ReadOnly,
        Propagation = mount.Propagation,
    };

    /// <summary>How a container is run: the user's words over the image's.</summary>
    internal static ContainerConfigView Config(ContainerRecord record, ContainerDefaults image)
    {
        ContainerConfig c = record.Config;
        return new ContainerConfigView
        {
            Hostname = c.Hostname ?? (c.NetworkMode == "host" ? Environment.MachineName : record.Id[..12]),
            Domainname = c.DomainName ?? "",
            User = c.User ?? image.User ?? "",
            AttachStdin = c.AttachStdin,
            AttachStdout = c.AttachStdout,
            AttachStderr = c.AttachStderr,
            ExposedPorts = Ports(c, image),
            Tty = c.Tty,
            OpenStdin = c.OpenStdin,
            StdinOnce = c.StdinOnce,
            Env = EnvironmentOf(c, image),
            Cmd = c.Command is { Count: > 0 } own ? own : c.Entrypoint is null ? image.Cmd : null,
            Healthcheck = Health(c, image),
            Image = c.Image,
            Volumes = image.Volumes is { Count: > 0 } volumes ? Set(volumes.Keys) : null,
            WorkingDir = c.WorkingDirectory ?? image.WorkingDir ?? "",
            Entrypoint = c.Entrypoint is { Count: > 0 } entrypoint ? entrypoint : c.Entrypoint is null ? image.Entrypoint : null,
            MacAddress = c.MacAddress,
            OnBuild = image.OnBuild is { Count: > 0 } ? image.OnBuild : null,
            Labels = LabelsOf(c, image),
            StopSignal = c.StopSignal ?? image.StopSignal,
            StopTimeout = c.StopTimeoutSeconds,
            Shell = image.Shell,
        };
    }

    /// <summary>The user's entries first, then those of the image that they do not replace or remove: docker's order.</summary>
    private static List<string> EnvironmentOf(ContainerConfig config, ContainerDefaults image)
    {
        HashSet<string> named = [.. config.Environment.Select(NameOf)];
        List<string> entries = [.. config.Environment.Where(e => e.Contains('=', StringComparison.Ordinal))];
        entries.AddRange((image.Env ?? []).Where(e => !named.Contains(NameOf(e))));
        return entries;
    }

    private static string NameOf(string entry) => entry.IndexOf('=', StringComparison.Ordinal) is var cut and >= 0 ? entry[..cut] : entry;

    private static SortedDictionary<string, string> LabelsOf(ContainerConfig config, ContainerDefaults image)
    {
        SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach ((string name, string value) in image.Labels ?? config.Labels) { labels[name] = value; }

        foreach ((string name, string value) in config.Labels) { labels[name] = value; }

        return labels;
    }

    private static SortedDictionary<string, NoFields>? Ports(ContainerConfig config, ContainerDefaults image)
    {
        List<string> ports = [.. config.ExposedPorts, .. image.ExposedPorts?.Keys ?? []];
        return ports.Count > 0 ? Set(ports.Select(p => p.Contains('/', StringComparison.Ordinal) ? p : p + "/tcp")) : null;
    }

    private static SortedDictionary<string, NoFields> Set(IEnumerable<string> names)
    {
        SortedDictionary<string, NoFields> set = new(StringComparer.Ordinal);
        foreach (string name in names) { set[name] = NoFields.Value; }

        return set;
    }

    private static HealthcheckView? Health(ContainerConfig config, ContainerDefaults image) =>
        config.Health is { } own
            ? new HealthcheckView
            {
                Test = own.Test.Count > 0 ? own.Test : image.HealthCheck?.Test,
                Interval = own.IntervalNanoseconds,
                Timeout = own.TimeoutNanoseconds,
                StartPeriod = own.StartPeriodNanoseconds,
                StartInterval = own.StartIntervalNanoseconds,
                Retries = own.Retries,
            }
            : ImageView.Health(image.HealthCheck);
}
