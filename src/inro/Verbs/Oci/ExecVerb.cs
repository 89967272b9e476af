using Inro.Linux.Files;
using Inro.Linux.Sockets;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>exec</c>: a further process in a running container.</summary>
internal static class ExecVerb
{
    private const int MaxProcessBytes = 1024 * 1024;

    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        OciLaunchFlags launch = OciLaunchFlags.Read(ref flags, isExec: true);
        string[] operands = flags.Operands(1, int.MaxValue);
        string id = operands[0];
        using ContainerRuntime runtime = globals.Open();
        ProcessConfig process = launch.Exec.Process is { } file ? ReadProcess(file) : Compose(launch.Exec, operands[1..], runtime, id);
        launch.CheckTerminal(process.Terminal, !launch.Detach);
        using OciConsole? console = process.Terminal ? OciConsole.For(launch.ConsoleSocket) : null;
        using SeqPacketSocket? receiver = launch.ConnectProcessReceiver();
        using LaunchedContainer launched = runtime.Exec(new ExecRequest
        {
            Id = id, Process = console is null ? process : console.WithSize(process), PreservedDescriptors = launch.PreservedDescriptors(listened: 0),
            IgnoresPause = launch.Exec.IgnoresPause, SubCgroups = launch.Exec.SubCgroups,
            ConsoleReceiver = console is null ? null : console.Receive, Warn = log.Warn, Fault = launch.Fault,
        });
        Tell(launch, launched, receiver);
        log.Debug($"process {launched.Pid} runs in container {id}");
        return launch.Detach ? 0 : Foreground.Wait(launched.Process, console);
    }

    // A process that its caller cannot find is ended.
    private static void Tell(OciLaunchFlags launch, LaunchedContainer launched, SeqPacketSocket? receiver)
    {
        try
        {
            receiver?.Send("setns"u8, descriptors: [launched.Process]);
            launch.WritePidFile(launched.Pid);
        }
        catch
        {
            launched.Process.Kill();
            launched.Process.Reap(null);
            throw;
        }
    }

    private static ProcessConfig Compose(ExecFlags flags, string[] command, ContainerRuntime runtime, string id)
    {
        ProcessConfig first = FirstProcess(runtime, id);
        if (command.Length == 0) { throw new RuntimeException(RuntimeError.InvalidConfiguration, "process args cannot be empty"); }

        UserConfig user = first.User with { AdditionalGids = [.. first.User.AdditionalGids, .. flags.Groups] };
        if (flags.User is { } given) { user = user with { Uid = given.User, Gid = given.Group ?? user.Gid }; }

        return first with
        {
            Args = command, Terminal = flags.Terminal, Cwd = flags.Cwd ?? first.Cwd, Env = [.. first.Env, .. flags.Environment], User = user,
            ConsoleSize = null, OomScoreAdj = null, NoNewPrivileges = flags.NoNewPrivileges ?? first.NoNewPrivileges,
            ApparmorProfile = flags.AppArmorProfile ?? first.ApparmorProfile, SelinuxLabel = flags.ProcessLabel ?? first.SelinuxLabel,
            Capabilities = With(first.Capabilities ?? new CapabilitiesConfig(), flags.Capabilities),
        };
    }

    // Not inheritable and not ambient: only what was asked for (CVE-2022-29162).
    private static CapabilitiesConfig With(CapabilitiesConfig own, List<string> added) => added.Count == 0 ? own : own with
    {
        Bounding = [.. own.Bounding, .. added], Effective = [.. own.Effective, .. added], Permitted = [.. own.Permitted, .. added],
    };

    private static ProcessConfig FirstProcess(ContainerRuntime runtime, string id)
    {
        string path = runtime.State(id).Bundle + "/config.json";
        using SafeFileHandle file = Inro.Linux.Descriptors.Descriptor.Open(path, OpenFlags.Read | OpenFlags.NonBlocking);
        RuntimeConfig config = RuntimeConfigReader.Read(FileDescriptor.ReadToEnd(file, RuntimeConfigReader.MaxDocumentBytes, path));
        return config.Process ?? new ProcessConfig { Cwd = "/" };
    }

    private static ProcessConfig ReadProcess(string path)
    {
        using SafeFileHandle file = Inro.Linux.Descriptors.Descriptor.Open(path, OpenFlags.Read | OpenFlags.NonBlocking);
        return RuntimeConfigReader.ReadProcess(FileDescriptor.ReadToEnd(file, MaxProcessBytes, path));
    }
}
