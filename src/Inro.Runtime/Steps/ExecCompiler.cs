using Inro.Linux;
using Inro.Linux.Capabilities;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime.Exec;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>Turns a further process of a container into its launch program: it begins by joining, and holds no directory of the host afterwards.</summary>
internal sealed class ExecCompiler
{
    private readonly ExecRequest request;
    private readonly LaunchContext context;
    private readonly NamespaceFlags namespaces;
    private readonly SeccompFilter? filter;
    private readonly ExecAffinity affinity;
    private readonly LimitsStep limits;

    public ExecCompiler(ExecRequest request, LinuxConfig? linux, NamespaceFlags namespaces, SeccompFilter? filter)
    {
        this.request = request;
        this.namespaces = namespaces;
        this.filter = filter;
        context = new LaunchContext
        {
            Request = new LaunchRequest
            {
                Id = request.Id,
                Bundle = "",
                Config = new RuntimeConfig { OciVersion = "1.0.0", Process = request.Process, Linux = new LinuxConfig { Personality = linux?.Personality, MemoryPolicy = linux?.MemoryPolicy } },
                Warn = request.Warn,
                Kernel = request.Kernel,
            },
            Namespaces = new NamespacePlan { Create = NamespaceFlags.None, Join = [] },
            IsPrivileged = EffectiveIds.User == 0,
            IsNested = !UserNamespace.IsInitial,
        };
        affinity = new ExecAffinity(request.Process.ExecCpuAffinity);
        limits = new LimitsStep(context.Linux, request.Process, mounts: 0);
    }

    /// <summary>Has systemd put the process that waits into the container's unit; null where its cgroups are joined.</summary>
    public Action<SyncExchange>? EnterUnit { get; init; }

    public LaunchProgram Compile(SafeFileHandle init, IReadOnlyList<CgroupProcesses> cgroups, SafeFileHandle? unified, Action<SyncExchange, ProgramSearch> ready, Action<SyncExchange>? listener)
    {
        ProcessConfig process = request.Process;
        ProgramSearch search = ProgramSearch.For(process.Args, process.Env, process.Cwd);
        using var b = new LaunchBuilder(request.PreservedDescriptors.Count);
        b.Add(new NamedStep("join", builder => EmitJoin(builder, init, cgroups, unified)));
        b.Add(new RootOfOthersStep(context));
        b.Add(limits);
        b.Add(new IdentityStep(process, filter is not null, keyring: null,
            mayBeDeniedGroups: !context.IsPrivileged || context.IsNested || namespaces.HasFlag(NamespaceFlags.User), request.Warn)
        {
            Available = namespaces.HasFlag(NamespaceFlags.User) ? CapabilitySet.Known : OwnCapabilities.Permitted(),
        });
        b.Add(new SecurityLabelStep(process, request.Kernel, request.Warn));
        b.Add(new ProgramCheckStep(context, search, exchange => ready(exchange, search)));
        b.Add(new TerminalStdioStep(context));
        b.Add(new PreservedStep(request.PreservedDescriptors));
        b.Add(new NamedStep(limits.Name, limits.EmitDescriptorLimit));
        b.Add(new ExecuteStep(search, process.Args, process.Env, filter, listener));
        return b.Build();
    }

    private void EmitJoin(LaunchBuilder b, SafeFileHandle init, IReadOnlyList<CgroupProcesses> cgroups, SafeFileHandle? unified)
    {
        // Before anything of the container can see this process (CVE-2016-9962).
        BeforeCloneStep.EmitNotDumpable(b);
        BeforeCloneStep.EmitOutOfMemory(b, request.Process.OomScoreAdj, request.Warn);
        affinity.EmitInitial(b);
        if (EnterUnit is not null) { b.Sync("have systemd put it into the container's unit", EnterUnit); }

        b.Add(new CgroupJoinStep(new LaunchCgroups([.. cgroups.Select(t => (t.Location.Label, b.Inherit(t.File, $"cgroup.procs of {t.Location.Label}")))], null)));
        Slot? cgroup = unified is null ? null : b.Inherit(unified, "v2 cgroup");
        Slot process = b.Inherit(init, "the container's first process");
        b.Call("join the namespaces of", SystemCall.Setns, [process, (ulong)(namespaces & ~NamespaceFlags.Cgroup)], "the container's first process");
        b.Clone("clone into the container", 0, cgroup);
        if (cgroup is { } directory) { b.CloseDirectory(directory, "v2 cgroup"); }

        affinity.EmitFinal(b);
        if (namespaces.HasFlag(NamespaceFlags.Cgroup))
        {
            // Only now: where namespaces are bounds of delegation (nsdelegate, systemd's default), who is in the container's could not come from outside of it.
            b.Call("join the cgroup namespace of", SystemCall.Setns, [process, (ulong)NamespaceFlags.Cgroup], "the container's first process");
        }

        if (namespaces.HasFlag(NamespaceFlags.User)) { UserNamespaceStep.EmitBecomeRoot(b); }

        b.Call("start session", SystemCall.Setsid, []);
    }
}
