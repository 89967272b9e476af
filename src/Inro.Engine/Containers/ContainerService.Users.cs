using Inro.Engine.Containers.Compose;
using Inro.Engine.Rootless;
using Inro.Engine.Storage;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <content>Whose ids a container has.</content>
public sealed partial class ContainerService
{
    private UserNamespaceMode UsersOf(ContainerConfig config) => UserNamespaceMode.Parse(config.UserNamespace, paths.IsRootful);

    /// <summary>How layers are stacked for a container.</summary>
    /// <exception cref="EngineException">PreconditionFailed: layers cannot be shown with the ids that it asks for.</exception>
    private SnapshotKind KindFor(ContainerConfig config)
    {
        if (!UsersOf(config).KeepsId) { return storage.Find(); }

        // The kernel maps the ids of layers for root alone; this program maps them itself.
        return HostPrograms.Find(FuseOverlay.Program) is not null ? SnapshotKind.FuseOverlay : throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"--userns {config.UserNamespace} needs {FuseOverlay.Program}, which shows layers with other ids, and it is not installed",
            $"install the package {FuseOverlay.Program}, or leave --userns out");
    }

    /// <summary>The ids of a container's user namespace, the same at each start; null: it has none of its own.</summary>
    private IdMappings? IdsOf(ContainerRecord record)
    {
        UserNamespaceMode mode = UsersOf(record.Config);
        if (mode.KeepsId) { return Kept(mode); }

        if (!mode.TakesRange) { return mode.Given; }

        // A container of an older program has no row yet.
        return mode.Of(store.Read(() => idRanges.Find(record.Id)) ?? store.Write(() => idRanges.Take(record.Id, idPools(paths.Instance), mode.Size)));
    }

    private static HostAccount? KeptAccount() =>
        HostFactsReader.FindAccount(KeptIds.Read("/proc/self/uid_map").Outside.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static IdMappings Kept(UserNamespaceMode mode)
    {
        (uint user, uint users) = KeptIds.Read("/proc/self/uid_map");
        (uint group, uint groups) = KeptIds.Read("/proc/self/gid_map");
        return new IdMappings(KeptIds.Of(mode.User ?? user, users), KeptIds.Of(mode.Group ?? group, groups));
    }
}
