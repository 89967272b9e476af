using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.State;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>start</c>: lets a created container go on through its gate.</summary>
internal static class StartVerb
{
    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        using NotifyProxy? notify = NotifyProxy.ForCaller(globals.Root, id);
        ContainerState? state = notify is null ? null : runtime.State(id); // before it may end
        bool listens = state is { Status: ContainerStatus.Created } && notify!.TryListen(); // not null: there is a state
        runtime.Start(id, log.Warn);
        log.Debug($"container {id} is started");
        if (listens && PidFd.TryOpen(state!.Pid, state.StartTime) is { } process)
        {
            using (process) { notify!.Follow(process, state.Pid); }
        }

        return 0;
    }
}
