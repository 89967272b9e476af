using Inro.Linux.Files;
using Inro.Linux.Sockets;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>create</c> and <c>run</c>.</summary>
internal static class CreateVerb
{
    private const int MaxConfigBytes = RuntimeConfigReader.MaxDocumentBytes;

    public static int Run(OciGlobals globals, OciLog log, OciFlags flags, bool start)
    {
        OciLaunchFlags launch = OciLaunchFlags.Read(ref flags, isExec: false);
        string id = flags.Id();
        string bundle = System.IO.Path.GetFullPath(launch.Bundle ?? ".");
        int sockets = SocketActivation.Count();
        RuntimeConfig config = WithVariables(ReadConfig(bundle), SocketActivation.Variables(sockets));
        bool terminal = config.Process is { Terminal: true };
        bool attached = start && !launch.Detach;
        launch.CheckTerminal(terminal, attached);

        using ContainerRuntime runtime = globals.Open();
        using OciConsole? console = terminal ? OciConsole.For(launch.ConsoleSocket) : null;
        using SeqPacketSocket? receiver = launch.ConnectProcessReceiver();
        using NotifyProxy? notify = NotifyProxy.ForCaller(globals.Root, id);
        using LaunchedContainer container = runtime.Create(new LaunchRequest
        {
            Id = id, Config = Complete(config, console, notify), Bundle = bundle, StartNow = start, NoPivot = launch.NoPivot,
            NoNewKeyring = launch.NoNewKeyring, PreservedDescriptors = launch.PreservedDescriptors(sockets), ConsoleReceiver = console is null ? null : console.Receive,
            WithoutCgroups = globals.CgroupManager == CgroupManager.Disabled, SystemdCgroups = globals.CgroupManager == CgroupManager.Systemd,
            LeavesUndelegatedCgroups = globals.LeavesUndelegated,
            StateDirectoryReady = notify is null ? null : _ => notify.Prepare(listen: start),
            Warn = log.Warn, Fault = launch.Fault,
        });
        Tell(runtime, id, launch, container, receiver);
        log.Debug($"container {id} is made, its process is {container.Pid}");
        if (!attached)
        {
            notify?.Follow(container.Process, container.Pid);
            return 0;
        }

        notify?.FollowBeside(container.Process, Environment.ProcessId);
        int status = Foreground.Wait(container.Process, console);
        if (!launch.Keep) { DeleteAfterwards(runtime, id, log); }

        return status;
    }

    /// <summary>Deletes the container that this program stayed beside; a checkpoint or another command may have done so.</summary>
    public static void DeleteAfterwards(ContainerRuntime runtime, string id, OciLog log)
    {
        try { runtime.Delete(id, force: true, log.Warn); }
        catch (RuntimeException e) when (e.Error == RuntimeError.NotFound) { log.Debug($"container {id} is deleted already"); }
    }

    private static RuntimeConfig Complete(RuntimeConfig config, OciConsole? console, NotifyProxy? notify)
    {
        RuntimeConfig sized = console is null ? config : console.WithSize(config);
        return notify is null ? sized : notify.Add(sized);
    }

    /// <summary>Tells the caller about the container. One that its caller cannot find is taken back.</summary>
    public static void Tell(ContainerRuntime runtime, string id, OciLaunchFlags launch, LaunchedContainer container, SeqPacketSocket? receiver)
    {
        try
        {
            receiver?.Send("standard"u8, descriptors: [container.Process]);
            launch.WritePidFile(container.Pid);
        }
        catch
        {
            container.Process.Kill();
            container.Process.Reap(null);
            runtime.Delete(id, force: true);
            throw;
        }
    }

    private static RuntimeConfig WithVariables(RuntimeConfig config, IReadOnlyList<string> variables) => variables.Count == 0 || config.Process is not { } process
        ? config
        : config with { Process = process with { Env = [.. process.Env, .. variables] } };

    /// <summary>The configuration of a bundle.</summary>
    public static RuntimeConfig ReadConfig(string bundle)
    {
        string path = bundle + "/config.json";
        try
        {
            using SafeFileHandle file = Inro.Linux.Descriptors.Descriptor.Open(path, OpenFlags.Read | OpenFlags.NonBlocking);
            return RuntimeConfigReader.Read(FileDescriptor.ReadToEnd(file, MaxConfigBytes, path));
        }
        catch (Inro.Linux.LinuxException e) when (e.Errno == Inro.Linux.Errno.ENOENT)
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration, $"JSON specification file config.json not found in {bundle}", "name the bundle's directory with --bundle", e);
        }
    }
}
