using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Spec.DockerApi;

namespace Inro.Server.DockerApi.Containers;

/// <summary>The body of a create request as what the engine is asked for. Parts: <c>CreateMapping.Host.cs</c>, <c>MountMapping.cs</c>.</summary>
/// <remarks>Docker's client sends neutral values for what nobody asked for: zeros, empty texts, -1. They become "not asked".</remarks>
internal static partial class CreateMapping
{
    /// <summary>The driver of containers that come over the API: their clients expect to read a log of docker's default driver.</summary>
    private const string LogDriver = "json-file";

    /// <summary>Maps it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">From the address; null: a random one.</param>
    /// <exception cref="EngineException">InvalidArgument: something cannot be read. NotImplemented: something is not there.</exception>
    public static ContainerConfig Read(ContainerCreateRequest body, string? name)
    {
        try { return ReadAll(body, name); }
        catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, wrong.Message, cause: wrong); }
    }

    private static ContainerConfig ReadAll(ContainerCreateRequest body, string? name)
    {
        HostConfigRequest host = body.HostConfig ?? new HostConfigRequest();
        var config = new ContainerConfig
        {
            Image = Text(body.Image) ?? throw new FormatException("no image is named: Image is empty"),
            Name = name,
            Command = body.Cmd is { Count: > 0 } command ? command : null,
            Entrypoint = body.Entrypoint is null ? null : body.Entrypoint is [""] ? [] : body.Entrypoint,
            Environment = body.Env ?? [],
            User = Text(body.User),
            WorkingDirectory = Text(body.WorkingDir),
            Hostname = Text(body.Hostname),
            DomainName = Text(body.Domainname),
            Labels = Map(body.Labels),
            Tty = body.Tty,
            OpenStdin = body.OpenStdin,
            StdinOnce = body.StdinOnce,
            AttachStdin = body.AttachStdin,
            AttachStdout = body.AttachStdout,
            AttachStderr = body.AttachStderr,
            StopSignal = Text(body.StopSignal),
            StopTimeoutSeconds = body.StopTimeout,
            Health = Health(body.Healthcheck),
            ExposedPorts = [.. (body.ExposedPorts?.Keys ?? []).Select(static p => p.Contains('/', StringComparison.Ordinal) ? p : p + "/tcp")],
            Mounts = MountMapping.Read(body, host),
            MacAddress = Text(body.MacAddress),
        };
        return WithNetwork(WithLimits(WithHost(config, host), host), host, body.NetworkingConfig);
    }

    private static HealthCheck? Health(HealthcheckRequest? check) => check is null || check is { Test: null or { Count: 0 }, Interval: 0, Timeout: 0, StartPeriod: 0, StartInterval: 0, Retries: 0 } ? null : new HealthCheck
    {
        Test = check.Test ?? [],
        IntervalNanoseconds = check.Interval,
        TimeoutNanoseconds = check.Timeout,
        StartPeriodNanoseconds = check.StartPeriod,
        StartIntervalNanoseconds = check.StartInterval,
        Retries = check.Retries,
    };

    private static string? Text(string? text) => text is { Length: > 0 } ? text : null;

    /// <summary>A value of null is an empty one, as Go reads it.</summary>
    internal static IReadOnlyDictionary<string, string> Map(IReadOnlyDictionary<string, string>? map) => map is null
        ? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty
        : map.ToDictionary(static m => m.Key, static m => m.Value ?? "", StringComparer.Ordinal);
}
