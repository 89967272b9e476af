using Inro.Engine.Configuration;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Hooks;
using Inro.Engine.Volumes;
using Inro.Linux.Files;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <content>The hooks that files give to a container.</content>
public sealed partial class ContainerService
{
    /// <summary>Gives a container other directories of hooks, from its next start on.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="directories">Absolute paths, the strongest last.</param>
    public void SetHookDirectories(string id, IReadOnlyList<string> directories)
    {
        using FileLock held = Lock(id);
        try
        {
            ContainerRecord record = Finished(Get(id), held);
            store.Write(() => table.SetConfig(id, record.Config with { HookDirectories = directories }));
        }
        finally { LeaveIfSettled(id); }
    }

    /// <summary>The configuration with the hooks that it gets now: files may have come or gone since the last start.</summary>
    private static RuntimeConfig WithHooks(ContainerRecord record, ComposedContainer composed)
    {
        IReadOnlyList<string> directories = record.Config.HookDirectories is { Count: > 0 } own ? own : ConfigurationReader.ReadHookDirectories();
        if (directories.Count == 0) { return composed.Config; }

        bool binds = record.Mounts.Any(static m => m.VolumeName.Length == 0 && m.Kind == MountKind.Bind);
        return HookDirectories.Apply(composed.Config, directories, new HookSubject(composed.Command is [var program, ..] ? program : "", record.Config.Annotations, binds));
    }
}
