using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Runtime.Steps;
using Inro.Runtime.Systemd;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>How long a launch may stand still with a paused container: nobody knows when it is resumed.</summary>
    private static readonly TimeSpan _pausePatience = TimeSpan.FromDays(365);

    /// <summary>Runs a further process in a running or created container.</summary>
    /// <returns>A child of this process, already the program.</returns>
    /// <exception cref="RuntimeException">There is no such container, it does not run, or the program cannot be executed.</exception>
    /// <exception cref="LaunchException">An operation failed; nothing is left behind.</exception>
    public LaunchedContainer Exec(ExecRequest request)
    {
        using DirFd directory = _store.Open(request.Id);
        ContainerState state = StateStore.Read(directory, request.Id, lookForPause: true);
        CheckExec(state, request.IgnoresPause);

        using PidFd init = OpenProcess(state) ?? throw new RuntimeException(RuntimeError.WrongState, $"container not running: {request.Id}");
        RuntimeConfig config = ReadBundle(state.Bundle);
        ProcessConfig process = Complete(request.Process, config.Process);
        ConfigurationRules.Check(process, request.Kernel);
        SeccompFilter? filter = _filters.For(config with { Process = process });
        using CgroupSet cgroups = CgroupSet.Open(SubCgroup.Below(state.Cgroups, request.SubCgroups));
        using UnitDriver? unit = state.Unit is { IsUser: true } users ? new UnitDriver(users, isUnified: true) : null; // from a session's cgroup into a unit's a user may not move anything
        IReadOnlyList<CgroupProcesses> processes = cgroups.OpenProcesses(withUnified: false);
        SafeFileHandle? console = null;
        try
        {
            var compiler = new ExecCompiler(request with { Process = process }, config.Linux, state.Namespaces, filter)
            {
                EnterUnit = unit is null ? null : exchange => unit.Attach(Below(cgroups, state.Cgroups), exchange.Pid),
            };
            using LaunchProgram program = compiler.Compile(Borrow(init)!, processes, unit is null ? Borrow(cgroups.UnifiedDirectory) : null, (exchange, search) => // not null: init is not
            {
                using (DirFd root = exchange.TakeDirectory(0)) { search.Judge(exchange.Bytes.Span, root); }

                if (exchange.DescriptorCount > 1) { console = Hand(exchange.TakeDescriptor(1), request.ConsoleReceiver); }
            }, AgentOf(config.Linux, filter) is { } agent ? exchange => agent.Send(state, exchange.Pid, exchange.Descriptor(0)) : null);
            var options = new LaunchOptions { Stdio = request.Stdio, GiveUp = request.GiveUp, Fault = request.Fault };
            LaunchedProcess launched = Run(program, state.Status is ContainerStatus.Paused ? options with { Patience = _pausePatience } : options);
            return new LaunchedContainer
            {
                Pid = launched.Pid, Process = launched.Detach(), StartTime = launched.StartTime, BootId = state.BootId, Console = console,
            };
        }
        catch
        {
            console?.Dispose();
            throw;
        }
        finally
        {
            foreach (CgroupProcesses tree in processes) { tree.File.Dispose(); }
        }
    }

    private static void CheckExec(ContainerState state, bool ignoresPause)
    {
        if (state.Status is ContainerStatus.Running or ContainerStatus.Created || ignoresPause && state.Status is ContainerStatus.Paused) { return; }

        throw state.Status is ContainerStatus.Paused
            ? new RuntimeException(RuntimeError.WrongState, "cannot exec in a paused container (use --ignore-paused to override)")
            : new RuntimeException(RuntimeError.WrongState, $"cannot exec in a {StateDocument.Name(state.Status)} container");
    }

    // On pure v2, where alone users have units.
    private static string Below(CgroupSet cgroups, IReadOnlyList<CgroupLocation> own) =>
        cgroups.Locations is [var asked, ..] ? asked.Path[own[0].Path.Length..] : "";

    private static SeccompAgent? AgentOf(LinuxConfig? linux, SeccompFilter? filter) =>
        filter is { NeedsListener: true } && linux?.Seccomp is { ListenerPath: { Length: > 0 } path } seccomp ? new SeccompAgent(path, seccomp.ListenerMetadata) : null;

    private static SafeFileHandle? Hand(SafeFileHandle console, Action<SafeFileHandle>? receiver)
    {
        if (receiver is null) { return console; }

        receiver(console);
        return null;
    }

    private static ProcessConfig Complete(ProcessConfig process, ProcessConfig? first) => process with
    {
        Capabilities = process.Capabilities ?? first?.Capabilities,
        Rlimits = process.Rlimits.Count > 0 ? process.Rlimits : first?.Rlimits ?? [],
    };

    private static RuntimeConfig ReadBundle(string bundle)
    {
        string path = bundle + "/config.json";
        using SafeFileHandle file = Descriptor.Open(path, OpenFlags.Read | OpenFlags.NonBlocking);
        return RuntimeConfigReader.Read(FileDescriptor.ReadToEnd(file, RuntimeConfigReader.MaxDocumentBytes, path));
    }
}
