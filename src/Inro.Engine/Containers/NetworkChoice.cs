namespace Inro.Engine.Containers;

/// <summary>Which network a container gets.</summary>
internal static class NetworkChoice
{
    /// <summary><c>none</c> or <c>host</c>.</summary>
    /// <exception cref="EngineException">NotImplemented: any other.</exception>
    public static string Of(ContainerConfig config)
    {
        if (config.PublishedPorts.Count > 0 || config.PublishAllPorts)
        {
            throw new EngineException(
                ErrorCode.NotImplemented,
                "ports cannot be published: only the networks none and host exist in this version",
                "with --network host the container listens on the host's addresses");
        }

        return config.NetworkMode switch
        {
            null or "" or "default" or "none" => "none",
            "host" => "host",
            string other => throw new EngineException(
                ErrorCode.NotImplemented,
                $"network {other} is not there: only none and host exist in this version",
                "use --network none (no network but loopback) or --network host"),
        };
    }
}
