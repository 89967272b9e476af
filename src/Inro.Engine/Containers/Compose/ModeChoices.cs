using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Which namespaces are the container's own, the host's or another container's.</summary>
internal sealed record ModeChoices
{
    public required IReadOnlyList<NamespaceConfig> Namespaces { get; init; }

    public required bool SharesHostNetwork { get; init; }

    public required bool SharesHostIpc { get; init; }

    public required bool SharesHostUts { get; init; }

    /// <summary>A sysfs cannot be mounted where the network namespace does not belong to the container's user namespace.</summary>
    public required bool SharesHostSys { get; init; }

    public static ModeChoices Read(ComposeRequest request)
    {
        ContainerConfig config = request.Config;
        bool hasUsers = request.IdMappings is not null;
        if (hasUsers && JoinedContainer.Named(config.IpcMode) is not null)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"--ipc {config.IpcMode} cannot be combined with --userns {config.UserNamespace}: the namespace of another container belongs to other users", "leave one of the two out");
        }

        bool hostNetwork = config.NetworkMode == "host";
        bool joinsNetwork = JoinedContainer.Named(config.NetworkMode) is not null;
        List<NamespaceConfig> namespaces = [new("mount", null)];
        if (hasUsers) { namespaces.Insert(0, new("user", null)); }
        if (!hostNetwork) { namespaces.Add(Namespace(request, "network", config.NetworkMode)); }
        if (config.UtsMode != "host") { namespaces.Add(new("uts", null)); }
        if (config.PidMode != "host") { namespaces.Add(Namespace(request, "pid", config.PidMode)); }
        if (config.IpcMode != "host") { namespaces.Add(Namespace(request, "ipc", config.IpcMode)); }
        if (OwnsCgroupView(config, request.Host)) { namespaces.Add(new("cgroup", null)); }
        return new ModeChoices
        {
            Namespaces = namespaces,
            SharesHostNetwork = hostNetwork,
            SharesHostIpc = config.IpcMode == "host",
            SharesHostUts = config.UtsMode == "host",
            SharesHostSys = (hasUsers || !request.IsRootful) && (hostNetwork || joinsNetwork),
        };
    }

    // Docker's default: private where v2 is alone, the host's where v1 is mounted; privileged containers see the host's on v1.
    private static bool OwnsCgroupView(ContainerConfig config, HostFacts host) => config.CgroupNamespace switch
    {
        "private" => true,
        "host" => false,
        null or "" => host.IsPureCgroupV2,
        var other => throw new EngineException(ErrorCode.InvalidArgument, $"invalid cgroup mode: {other}", "give host or private"),
    };

    private static NamespaceConfig Namespace(ComposeRequest request, string kind, string? mode)
    {
        if (JoinedContainer.Named(mode) is null) { return new(kind, null); }
        return request.JoinedNamespaces.TryGetValue(kind, out string? path)
            ? new(kind, path)
            : throw new EngineException(ErrorCode.Conflict, $"the {kind} namespace of {mode} cannot be joined: that container does not run", "start it first");
    }
}
