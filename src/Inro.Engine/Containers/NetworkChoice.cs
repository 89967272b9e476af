namespace Inro.Engine.Containers;

/// <summary>Which network a container gets. Step 5 of a run.</summary>
internal static class NetworkChoice
{
    private const string Container = "container:";

    /// <summary>The network's name as it was asked for: <c>none</c>, <c>host</c>, <c>container:…</c>, or one that is to be made.</summary>
    public static string Of(ContainerConfig config) => config.NetworkMode is null or "" or "default" ? "none" : config.NetworkMode;

    /// <summary>Whether it can be had. What else is asked of a network is kept with the container until then.</summary>
    /// <param name="config">What was asked.</param>
    /// <param name="warnings">Gets what is not done.</param>
    /// <exception cref="EngineException">NotImplemented: it cannot.</exception>
    public static void RequireStartable(ContainerConfig config, List<string> warnings)
    {
        string network = Of(config);
        bool isJoined = network.StartsWith(Container, StringComparison.Ordinal);
        if (network is not ("none" or "host") && !isJoined)
        {
            throw new EngineException(
                ErrorCode.NotImplemented,
                $"network {network} is not there: only none, host and container:NAME exist in this version",
                "use --network none (no network but loopback) or --network host");
        }

        if (config.PublishedPorts.Count == 0 && !config.PublishAllPorts) { return; }

        if (config.NetworkMode is not ("host" or "none"))
        {
            throw isJoined
                ? new EngineException(ErrorCode.InvalidArgument, "conflicting options: port publishing and the container type network mode", "publish the port of the container whose network is joined")
                : new EngineException(
                    ErrorCode.NotImplemented,
                    "ports cannot be published: only the networks none and host exist in this version",
                    "with --network host the container listens on the host's addresses");
        }

        warnings.Add($"Published ports are discarded when using {config.NetworkMode} network mode");
    }
}
