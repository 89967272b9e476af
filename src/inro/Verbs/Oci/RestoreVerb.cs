using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.Checkpoint;
using Inro.Spec.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>restore</c>: makes a container from what a checkpoint wrote.</summary>
internal static class RestoreVerb
{
    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        var launch = new OciLaunchFlags();
        var criu = new CriuFlags();
        string? profile = null, mountContext = null;
        while (flags.NextFlag(out string name))
        {
            if (criu.Take(name, ref flags) || launch.TakeRestore(name, ref flags)) { continue; }

            switch (name)
            {
                case "lsm-profile": profile = flags.Value(name); break;
                case "lsm-mount-context": mountContext = flags.Value(name); break;
                default: throw flags.Unknown(name);
            }
        }

        string id = flags.Id();
        if (EffectiveIds.User != 0 || !UserNamespace.IsInitial) { log.Warn("restore as an ordinary user is not tested: criu wants root"); }

        string bundle = System.IO.Path.GetFullPath(launch.Bundle ?? ".");
        RuntimeConfig config = CreateVerb.ReadConfig(bundle);
        bool terminal = config.Process is { Terminal: true };
        launch.CheckTerminal(terminal, attached: !launch.Detach);
        using ContainerRuntime runtime = globals.Open();
        using OciConsole? console = terminal ? OciConsole.For(launch.ConsoleSocket) : null;
        using LaunchedContainer container = runtime.Restore(new RestoreRequest
        {
            Launch = new LaunchRequest
            {
                Id = id, Config = config, Bundle = bundle, StartNow = true, NoPivot = launch.NoPivot, ConsoleReceiver = console is null ? null : console.Receive,
                WithoutCgroups = globals.CgroupManager == CgroupManager.Disabled, SystemdCgroups = globals.CgroupManager == CgroupManager.Systemd, LeavesUndelegatedCgroups = globals.LeavesUndelegated, Warn = log.Warn,
            },
            Criu = globals.Criu, Images = criu.Images, WorkDirectory = criu.WorkDirectory, Options = criu.Options, LsmProfile = profile, LsmMountContext = mountContext,
        });
        CreateVerb.Tell(runtime, id, launch, container, receiver: null);
        log.Debug($"container {id} is restored, its process is {container.Pid}");
        if (launch.Detach) { return 0; }

        int status = Foreground.Wait(container.Process, console);
        CreateVerb.DeleteAfterwards(runtime, id, log);
        return status;
    }
}
