using Inro.Engine.Containers;
using Inro.Engine.Devices;
using Inro.Engine.Logs;
using Inro.Engine.Secrets;
using Inro.Engine.Volumes;
using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <summary>The flags with which run and create describe a container, and what they were set to.</summary>
/// <remarks>
/// Each flag changes one member of a <see cref="ContainerConfig"/>; the tables are in
/// <c>ContainerFlags.Basic.cs</c> and the other files of this name.
/// </remarks>
internal sealed partial class ContainerFlags(Func<string, string?> host)
{
    private readonly List<string> environment = [];
    private readonly List<string> environmentFiles = [];
    private readonly List<string> groups = [];
    private readonly List<string> attach = [];
    private readonly List<string> capabilitiesAdded = [];
    private readonly List<string> capabilitiesDropped = [];
    private readonly List<string> security = [];
    private readonly List<MountRequest> mounts = [];
    private readonly Dictionary<string, string> storageOptions = new(StringComparer.Ordinal);
    private readonly List<string> volumesFrom = [];
    private readonly List<SecretRequest> secrets = [];
    private readonly List<DeviceRequest> devices = [];
    private readonly List<DeviceDemand> demands = [];
    private readonly List<string> deviceRules = [];
    private readonly List<ResourceLimit> limits = [];
    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> annotations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> sysctls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> logOptions = new(StringComparer.Ordinal);
    private ContainerConfig config = new() { Image = "", LogDriver = LogDriverNames.Of(LogDriver.Local) };

    /// <summary>File that gets the container's id; it must not exist.</summary>
    public string? IdFile { get; private set; }

    /// <summary><c>always</c>, <c>missing</c>, <c>newer</c> or <c>never</c>.</summary>
    public string Pull { get; private set; } = "missing";

    /// <summary>Which image of several platforms is wanted; null: this machine's.</summary>
    public Platform? Platform { get; private set; }

    /// <summary>Says nothing about pulling.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Streams named with <c>--attach</c>, lower case.</summary>
    public IReadOnlyList<string> Attach => attach;

    /// <summary>Adds every flag; the help sorts them by name.</summary>
    public void AddTo(FlagTable table)
    {
        AddBasic(table);
        AddResources(table);
        AddHost(table);
        AddHealth(table);
        AddNetwork(table);
        AddPodman(table);
        AddAccounts(table);
        AddStartup(table);
        AddPull(table);
        AddIds(table);
        AddForeign(table);
    }

    /// <summary>The configuration that the flags and operands mean together.</summary>
    /// <param name="operands">The image, then the command.</param>
    /// <param name="isDetached">Nothing is attached: only <c>start -a</c> will ask for streams.</param>
    /// <exception cref="UsageException">Two flags contradict each other.</exception>
    public ContainerConfig ToConfig(IReadOnlyList<string> operands, bool isDetached)
    {
        if (isDetached && attach.Count > 0) { throw new UsageException("conflicting options: cannot specify both --attach and --detach"); }

        if (config.AutoRemove && config.Restart.Name is not ("no" or "")) { throw new UsageException("conflicting options: cannot specify both --restart and --rm"); }

        if (config.LogDriver == LogDriverNames.Of(LogDriver.None) && logOptions.Count > 0) { throw new UsageException($"invalid logging opts for driver {config.LogDriver}"); }

        if (Replaces && config.Name is null) { throw new UsageException("cannot replace container without --name being set"); }

        if (RemovesImage && isDetached) { throw new UsageException("--rmi cannot be used with --detach: nobody is there at the end"); }

        CheckAccounts();
        bool all = attach.Count == 0 && !isDetached;
        return WithPodman(WithPlatform(WithIds(WithNetwork(WithRates(config))) with
        {
            Image = operands[0],
            Health = HealthAsked(),
            Command = operands.Count > 1 ? [.. operands.Skip(1)] : null,
            Environment = Variables(),
            Groups = groups,
            CapabilitiesAdded = capabilitiesAdded,
            CapabilitiesDropped = capabilitiesDropped,
            SecurityOptions = security,
            Mounts = mounts,
            VolumesFrom = volumesFrom,
            Requires = requires,
            StorageOptions = storageOptions,
            Secrets = secrets,
            Devices = devices,
            DeviceDemands = demands,
            DeviceCgroupRules = deviceRules,
            ResourceLimits = limits,
            Labels = labels,
            Annotations = annotations,
            Sysctls = sysctls,
            LogOptions = logOptions,
            AttachStdin = attach.Contains("stdin") || (all && config.OpenStdin),
            AttachStdout = attach.Contains("stdout") || all,
            AttachStderr = attach.Contains("stderr") || all,
            StdinOnce = config.OpenStdin && (attach.Contains("stdin") || all),
        }));
    }

    private IEnumerable<string> FileVariables()
    {
        foreach (string file in environmentFiles)
        {
            foreach (string variable in EnvironmentArgument.FromFile(file, host)) { yield return variable; }
        }
    }

    private static void Put(Dictionary<string, string> map, string text)
    {
        (string key, string value) = FlagValue.Pair(text);
        map[key] = value;
    }
}
