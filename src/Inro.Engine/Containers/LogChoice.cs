using Inro.Engine.Logs;
using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <summary>Where and how a container's log is stored, from what was asked.</summary>
public static class LogChoice
{
    private const string DefaultDriver = "json-file";

    /// <summary>The driver's name as inspect shows it.</summary>
    public static string DriverOf(ContainerConfig config) => config.LogDriver is { Length: > 0 } driver ? driver : DefaultDriver;

    /// <summary>Settings of the log, to read it.</summary>
    /// <param name="config">What was asked.</param>
    /// <param name="bundle">The container's directory, which has its id as name.</param>
    /// <exception cref="EngineException">InvalidArgument: an option or a driver that is not known.</exception>
    public static LogSettings Of(ContainerConfig config, string bundle)
    {
        string name = DriverOf(config);
        LogDriver driver = LogDriverNames.Find(name) ?? throw new EngineException(
            ErrorCode.InvalidArgument, $"logger: no log driver named '{name}' is registered", "use " + string.Join(", ", LogDriverNames.All));
        var settings = new LogSettings { Driver = driver, Path = bundle + "/log", ContainerId = bundle[(bundle.LastIndexOf('/') + 1)..] };
        try { return LogOptions.Apply(settings, config.LogOptions); }
        catch (FormatException reason) { throw new EngineException(ErrorCode.InvalidArgument, reason.Message, "the options of each driver: docs/design/logs.md", reason); }
    }

    /// <summary>Refuses what cannot be stored on this host.</summary>
    /// <exception cref="EngineException">InvalidArgument as <see cref="Of"/>; PreconditionFailed: there is no journal.</exception>
    public static void Require(ContainerConfig config)
    {
        if (Of(config, "").Driver == LogDriver.Journald && !Journal.IsThere)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"journald is not enabled on this host: there is no {Journal.SocketPath}", "use --log-driver local or json-file");
        }
    }

    /// <summary>Settings of the log, to write it: with what is stored with every line.</summary>
    /// <param name="record">The container.</param>
    /// <param name="image">Reads what its image says; most logs do not need it.</param>
    /// <param name="bundle">The container's directory, which has its id as name.</param>
    public static LogSettings ForWriting(ContainerRecord record, Func<ContainerDefaults> image, string bundle)
    {
        LogSettings settings = Of(record.Config, bundle);
        return settings.Driver switch
        {
            LogDriver.JsonFile when record.Config.LogOptions.Count > 0 => settings with { Attributes = Bounded(LogAttributes.Of(record.Config.LogOptions, SubjectOf(record, image()))) },
            LogDriver.Journald => settings with { Attributes = LogAttributes.OfJournal(record.Config.LogOptions, SubjectOf(record, image())) },
            _ => settings,
        };
    }

    /// <summary>What <c>logs --details</c> shows before each line.</summary>
    public static string Details(ContainerRecord record, ContainerDefaults image) =>
        LogAttributes.Text(LogAttributes.Of(record.Config.LogOptions, SubjectOf(record, image)));

    private static LogSubject SubjectOf(ContainerRecord record, ContainerDefaults image) => new()
    {
        Id = record.Id,
        Name = record.Name,
        ImageName = record.Config.Image,
        ImageId = record.ImageId,
        Command = record.Arguments,
        Labels = Merged(image.Labels, record.Config.Labels),
        Environment = [.. image.Env ?? [], .. record.Config.Environment],
    };

    private static Dictionary<string, string> Merged(IReadOnlyDictionary<string, string>? image, IReadOnlyDictionary<string, string> own)
    {
        Dictionary<string, string> labels = image is null ? new(StringComparer.Ordinal) : new(image, StringComparer.Ordinal);
        foreach ((string label, string value) in own) { labels[label] = value; }

        return labels;
    }

    private static SortedDictionary<string, string> Bounded(SortedDictionary<string, string> attributes)
    {
        long most = attributes.Sum(static pair => 6L * (System.Text.Encoding.UTF8.GetByteCount(pair.Key) + System.Text.Encoding.UTF8.GetByteCount(pair.Value) + 1));
        return most <= JsonFileEncoding.MaxAttributeBytes ? attributes : throw new EngineException(
            ErrorCode.InvalidArgument, "the labels and variables that the log options name are too large to stand in every line", "name fewer with --log-opt labels= and env=");
    }
}
