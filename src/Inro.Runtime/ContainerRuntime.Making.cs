using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Runtime.Checkpoint;
using Inro.Runtime.Exec;
using Inro.Runtime.Hooks;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>One container in the making: what the host's side of the launch knows and gathers.</summary>
    private sealed class Making(LaunchRequest request, CgroupPlan plan, PidsResources? lateTasks)
    {
        public LaunchRequest Request => request;

        public CgroupPlan Plan => plan;

        public CgroupSet? Cgroups { get; set; }

        public ContainerPlace? Place { get; set; }

        public SafeFileHandle? UserNamespace { get; set; }

        public MountNamespaces? MountNamespaces { get; set; }

        public SafeFileHandle? Console { get; private set; }

        public ContainerState State { get; } = new()
        {
            Id = request.Id,
            OciVersion = request.Config.OciVersion,
            Status = ContainerStatus.Creating,
            Bundle = request.Bundle,
            BootId = Inro.Linux.Processes.BootId.Read(),
            Created = TimeProvider.System.GetUtcNow(),
            Owner = EffectiveIds.User,
            Rootfs = request.Rootfs is null && request.Config.Root is not null ? ConfigurationRules.RootPath(request) : "",
            Cgroups = plan.Locations,
            Namespaces = Kinds(request),
            Unit = plan.Unit,
            OwnsCgroupParent = plan.OwnsParent,
            ResourceGroups = ResourceDirector.Groups(request.Config.Linux?.IntelRdt, request.Id),
            Hooks = request.Config.Hooks is { } hooks && hooks.Poststart.Count + hooks.Poststop.Count > 0
                ? new HooksConfig { Poststart = hooks.Poststart, Poststop = hooks.Poststop }
                : null,
            Annotations = request.Config.Annotations,
            Descriptors = request.Config.Process is { Terminal: true } ? [] : StandardDescriptors.Of(request.Stdio),
        };

        public LaunchParts Parts(SeccompFilter? filter, IReadOnlyList<CgroupProcesses>? processes, SeqPacketSocket? gate) => new()
        {
            Cgroups = Cgroups is { } made ? plan with { Locations = made.Locations } : plan, // what is not delegated is left alone
            Processes = processes,
            EnterUnit = plan.Unit is null ? null : EnterUnit,
            Unified = processes is null || MovesIntoUnified ? null : Borrow(Cgroups?.UnifiedDirectory),
            Filter = filter,
            UserNamespace = UserNamespace,
            MountNamespaces = MountNamespaces,
            Gate = Borrow(gate),
            Listener = AgentOf(request.Config.Linux, filter) is { } agent ? exchange => agent.Send(State with { Pid = exchange.Pid }, exchange.Pid, exchange.Descriptor(0)) : null,
            Ready = Ready,
            BeforePivot = NeedsHostBeforePivot ? BeforePivot : null,
            HookState = pid => StateDocument.ForOthers(State with { Pid = pid }),
            Undo = processes is null ? [] :
            [
                ("remove resctrl groups", () => ResourceDirector.Host.Remove(State.ResourceGroups)),
                ("remove cgroups", () => RemoveCgroups(plan, Place?.Unit)),
                ("see whether memory ran out", SeeMemory), // last first
            ],
        };

        /// <summary>Whether the v2 cgroup is entered before the namespaces are: from within a joined cgroup namespace a clone could not reach it (nsdelegate).</summary>
        public bool MovesIntoUnified { get; } = request.Config.Linux?.Namespaces.Any(static n => n is { Type: "cgroup", Path: not null }) ?? false;

        /// <summary>Whether the launch failed because the kernel killed it for its memory limit.</summary>
        public bool RanOutOfMemory { get; private set; }

        private void SeeMemory() => RanOutOfMemory = Cgroups?.ReadStatistics().OomKills > 0;

        private bool NeedsHostBeforePivot =>
            request.NamespacesReady is not null || request.Config.Linux is { NetDevices.Count: > 0 } or { IntelRdt: not null } || request.Config.Hooks is { } hooks && hooks.Prestart.Count + hooks.CreateRuntime.Count > 0;

        // The process that will make the container's is put into the unit: what it makes is born there.
        private void EnterUnit(SyncExchange exchange) => EnterUnit(exchange.Pid);

        /// <summary>Lets systemd make the unit around a process, and the limits be set that it does not set.</summary>
        public void EnterUnit(int pid)
        {
            ContainerPlace place = Place!; // not null: a launch that runs has one
            LinuxResources? resources = request.Config.Linux?.Resources;
            place.Unit!.Start(request.Id, pid, lateTasks is null ? resources : resources! with { Pids = null }, request.Config.Annotations); // not null: made for this plan; they hold the late ones
            place.Cgroups.MakeDirectoriesAround(pid);
            Cgroups = place.Cgroups.Limit(plan);
        }

        private void BeforePivot(SyncExchange exchange) => OnNamespaces(exchange.Pid);

        /// <summary>What the host does when the namespaces are there.</summary>
        /// <param name="pid">A process in them, which waits.</param>
        public void OnNamespaces(int pid)
        {
            request.NamespacesReady?.Invoke(pid);
            if (request.Config.Linux is { } linux)
            {
                HostNetworkDevices.Move(linux.NetDevices, pid);
                ResourceDirector.Host.Apply(linux.IntelRdt, request.Id, pid);
            }

            if (request.Config.Hooks is not { } hooks) { return; }

            byte[] state = StateDocument.ForOthers(State with { Pid = pid });
            HookRunner.Run("prestart", hooks.Prestart, state);
            HookRunner.Run("createRuntime", hooks.CreateRuntime, state);
        }

        private void Ready(SyncExchange exchange, ProgramSearch search)
        {
            using (DirFd root = exchange.TakeDirectory(0)) { search.Judge(exchange.Bytes.Span, root); }

            LimitTasks();
            if (exchange.DescriptorCount < 2) { return; }

            TakeConsole(exchange.TakeDescriptor(1));
        }

        /// <summary>Sets a limit of tasks that is too low for a launch.</summary>
        public void LimitTasks()
        {
            if (lateTasks is null) { return; }

            var late = new LinuxResources { Pids = lateTasks };
            Place?.Unit?.Update(late);
            Cgroups?.Update(late);
        }

        /// <summary>Gives the terminal's master to whoever wants it.</summary>
        public void TakeConsole(SafeFileHandle console) => Console = Hand(console, request.ConsoleReceiver);

        private static NamespaceFlags Kinds(LaunchRequest request)
        {
            NamespacePlan namespaces = NamespacePlan.Make(request.Config.Linux?.Namespaces ?? []);
            return namespaces.Create | namespaces.JoinedKinds;
        }
    }
}
