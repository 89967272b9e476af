using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.Checkpoint;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>checkpoint</c>: writes a container to disk by criu, and ends and deletes it unless it is left running.</summary>
internal static class CheckpointVerb
{
    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        CheckpointFlags given = CheckpointFlags.Read(ref flags);
        string id = flags.Id();
        if (EffectiveIds.User != 0 || !UserNamespace.IsInitial) { log.Warn("checkpoint as an ordinary user is not tested: criu wants root"); }

        using ContainerRuntime runtime = globals.Open();
        _ = runtime.State(id); // that there is no such container is said first
        given.CheckParent();
        using SafeFileHandle? status = given.Status();
        runtime.Checkpoint(new CheckpointRequest
        {
            Id = id, Criu = globals.Criu, Images = given.Criu.Images, WorkDirectory = given.Criu.WorkDirectory, ParentImages = given.ParentImages,
            Options = given.Criu.Options, Status = status, Warn = log.Warn,
        });
        log.Debug($"container {id} is written to {given.Criu.Images}");
        return 0;
    }
}
