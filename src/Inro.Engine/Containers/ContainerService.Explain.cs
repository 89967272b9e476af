using Inro.Engine.Containers.Compose;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <content>Showing what a run would do.</content>
public sealed partial class ContainerService
{
    /// <summary>Compiles the launch program of a run, through the same steps, and makes nothing: no row, no directory, no cgroup.</summary>
    /// <param name="config">What was asked.</param>
    /// <returns>The program; the caller disposes it. Ids and the number of the writable layer are made up, as a run's would be.</returns>
    /// <exception cref="EngineException">The run would be refused for the same reason. A missing source of <c>-v</c> is refused too: only a run makes it.</exception>
    public LaunchProgram Explain(ContainerConfig config)
    {
        Draft draft = Plan(config with { Mounts = [.. config.Mounts.Select(static m => m with { CreateSource = false })] }, NewId());
        UserNamespaceMode users = UsersOf(config);
        SnapshotMount lower = new() { Directory = paths.Snapshots, Kind = users.KeepsId ? SnapshotKind.FuseOverlay : storage.Known ?? default, Lower = [.. images.LayersOf(draft.Image).Select(static n => $"{n}/fs")] };
        IdMappings? ids = users.TakesRange ? users.Of(store.Read(() => idRanges.Propose(idPools(paths.Instance), users.Size))) : IdsOf(draft.Record);
        var composed = Compose(draft.Record, lower, draft.Defaults, ids, isStart: true);
        using var runtime = new ContainerRuntime(paths.RuntimeState, paths.FilterCache);
        return runtime.Compile(new LaunchRequest
        {
            Id = draft.Id,
            Config = composed.Config,
            Bundle = paths.Bundle(draft.Id),
            Rootfs = lower with { Upper = "NEW/fs", Work = "NEW/work", IsVolatile = config.AutoRemove },
            StartNow = true,
            OwnsCgroupParent = string.IsNullOrEmpty(config.CgroupParent),
        });
    }
}
