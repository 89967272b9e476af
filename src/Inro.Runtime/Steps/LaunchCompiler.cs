using Inro.Linux;
using Inro.Linux.Capabilities;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime.Exec;
using Inro.Runtime.Hooks;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.Rootfs;
using Inro.Spec;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Step 7 of a run: turns a container's configuration into its launch program. The order is the kernel's.</summary>
internal sealed class LaunchCompiler
{
    /// <summary>Room for the state that hooks in the container read.</summary>
    private const int HookStateBytes = 32 * 1024;

    private const string V2Cgroup = "v2 cgroup";

    private readonly LaunchContext context;
    private readonly LaunchParts parts;
    private readonly List<MountStep> mounts = [];
    private readonly List<ILaunchStep> mountOrder = [];
    private readonly List<CgroupMountStep> cgroupMounts = [];
    private readonly ProgramSearch search;
    private readonly LimitsStep limits;
    private readonly DevicesStep? devices;
    private readonly SysctlStep? sysctl;
    private readonly MaskStep? mask;
    private readonly string[] cwd = [];
    private readonly bool early;

    /// <exception cref="RuntimeException">The configuration asks for what cannot be.</exception>
    public LaunchCompiler(LaunchRequest request, LaunchParts parts)
    {
        ConfigurationRules.Check(request);
        this.parts = parts;
        context = new LaunchContext
        {
            Request = request,
            Namespaces = NamespacePlan.Make(request.Config.Linux?.Namespaces ?? []),
            IsPrivileged = EffectiveIds.User == 0,
            IsNested = !UserNamespace.IsInitial,
        };
        ConfigurationRules.Check(context);
        early = context.IsPrivileged && context.HasUserNamespace;
        search = ProgramSearch.For(context.Process.Args, context.Process.Env, context.Process.Cwd);
        limits = new LimitsStep(context.Linux, context.Process, context.Config.Mounts.Count);
        if (!context.BuildsRoot) { return; }

        sysctl = new SysctlStep(context);
        mask = new MaskStep(context);
        cwd = ContainerPath.Names("process.cwd", context.Process.Cwd);
        for (int i = 0; i < request.Config.Mounts.Count; i++) { AddMount(i); }

        if (!request.Config.Mounts.Any(static m => m.Destination.TrimEnd('/') is "/dev" && MountOptions.Parse(m.Options, m.Type is "bind").IsBind))
        {
            devices = new DevicesStep(context);
        }
    }

    /// <summary>Emits everything.</summary>
    public LaunchProgram Compile()
    {
        using var b = new LaunchBuilder(context.Request.PreservedDescriptors.Count);
        foreach ((string what, Action undo) in parts.Undo) { b.Undo(what, undo); }

        if (context.Linux.MountLabel is { Length: > 0 } label && !context.Kernel.HasSelinux)
        {
            context.Request.Warn?.Invoke($"linux.mountLabel \"{label}\" is ignored: this host does not use SELinux");
        }

        EmitBeforeClone(b, out Slot? root);
        EmitNamespaces(b);
        if (context.BuildsRoot) { EmitRoot(b, root); }
        else
        {
            b.Add(new RootOfOthersStep(context));
            EmitHostsPart(b);
        }

        EmitProcess(b);
        return b.Build();
    }

    private void AddMount(int index)
    {
        if (context.Config.Mounts[index].Type is "cgroup" or "cgroup2")
        {
            var cgroup = new CgroupMountStep(context, index, parts.Cgroups.Locations);
            cgroupMounts.Add(cgroup);
            mountOrder.Add(cgroup);
            return;
        }

        var mount = new MountStep(context, index);
        mounts.Add(mount);
        mountOrder.Add(mount);
    }

    private void EmitBeforeClone(LaunchBuilder b, out Slot? root)
    {
        root = GivenRoot(b);
        b.Add(new BeforeCloneStep(context));
        if (parts.EnterUnit is { } enter) { b.Sync("have systemd make the container's unit", enter); }

        if (NeedsMadeUserNamespace(context.Request))
        {
            context.UserNamespace = parts.UserNamespace is { } made ? b.Inherit(made, "user namespace") : b.Preset(-1, "user namespace");
        }

        for (int i = 0; i < context.Config.Mounts.Count && context.BuildsRoot; i++)
        {
            if (!MountIdMaps.Has(context.Config.Mounts[i])) { continue; }

            string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"user namespace of mounts[{i}]");
            context.MountNamespaces.Add(i, parts.MountNamespaces is { } namespaces ? b.Inherit(namespaces[i], name) : b.Preset(-1, name));
        }

        if (early && context.BuildsRoot)
        {
            // The host's rights end at the clone: what needs them is taken now, detached, and attached by the child.
            if (root is null)
            {
                root = b.NewSlot("root");
                Slot made = root.Value;
                b.Add(new NamedStep("root", builder => MakeRoot(builder, made)));
            }

            foreach (MountStep mount in mounts) { b.Add(new NamedStep(mount.Name, mount.EmitSource)); }

            foreach (CgroupMountStep mount in cgroupMounts) { b.Add(new NamedStep(mount.Name, mount.EmitSources)); }

            if (devices is not null) { b.Add(new NamedStep(devices.Name, devices.EmitSources)); }
        }

        LaunchCgroups cgroups = InheritCgroups(b);
        b.Add(new CgroupJoinStep(cgroups));
        if (context.Namespaces.Join.Count > 0) { b.Add(new JoinStep(context.Namespaces)); }

        if (context.UserNamespace is { } user)
        {
            b.Call("join user namespace", Inro.Linux.SystemCall.Setns, [user, (ulong)NamespaceFlags.User]);
        }

        NamespaceFlags atClone = context.Namespaces.Create & ~(NamespaceFlags.Cgroup | NamespaceFlags.Time | (context.UserNamespace is null ? 0 : NamespaceFlags.User));
        b.Clone("clone with new namespaces", (ulong)atClone, cgroups.Unified, subject: NamespacePlan.Names(atClone));
        if (cgroups.Unified is { } unified) { b.CloseDirectory(unified, V2Cgroup); }
    }

    private LaunchCgroups InheritCgroups(LaunchBuilder b)
    {
        var processes = new List<(string, Slot)>(parts.Cgroups.Locations.Count);
        foreach (CgroupProcesses tree in parts.Processes ?? []) { processes.Add((tree.Location.Label, b.Inherit(tree.File, $"cgroup.procs of {tree.Location.Label}"))); }

        if (parts.EnterUnit is not null) { return LaunchCgroups.None; } // this process is in them, and so is what it makes

        if (parts.Processes is null)
        {
            // Explained, not run: the descriptors do not exist yet. The v2 cgroup is not joined but cloned into.
            Slot? later = null;
            foreach (CgroupLocation location in parts.Cgroups.Locations)
            {
                if (location.IsUnified) { later = b.Preset(-1, V2Cgroup); }
                else { processes.Add((location.Label, b.Preset(-1, $"cgroup.procs of {location.Label}"))); }
            }

            return new LaunchCgroups(processes, later);
        }

        return new LaunchCgroups(processes, parts.Unified is { } unified ? b.Inherit(unified, V2Cgroup) : null);
    }

    /// <summary>The root that somebody else has mounted, or, where a launch is only explained, will.</summary>
    private Slot? GivenRoot(LaunchBuilder b) =>
        context.Request.RootMount is { } mount ? b.Inherit(mount, "root")
        : context.Request.Rootfs is { Kind: SnapshotKind.FuseOverlay } ? b.Preset(-1, "root")
        : null;

    private void MakeRoot(LaunchBuilder b, Slot result)
    {
        if (context.Request.Rootfs is { Kind: SnapshotKind.Copy, Upper: { } tree } copy)
        {
            MakeRootOfTree(b, $"{copy.Directory}/{tree}", result);
            return;
        }

        if (context.Request.Rootfs is { } snapshot)
        {
            if (context.UserNamespace is { } user)
            {
                RequireMappedMounts();
                OverlayRoot.EmitMapped(b, snapshot, result, user, HostId(context.Linux.UidMappings), HostId(context.Linux.GidMappings));
                return;
            }

            OverlayRoot.Emit(b, snapshot, result, unprivileged: !context.IsPrivileged || context.IsNested, isOnHost: early);
            return;
        }

        string path = ConfigurationRules.RootPath(context.Request);
        if (!context.Kernel.HasMountAttributes) { context.RootAttributes = MountStatus.Read(path); }

        DirectoryRoot.Emit(b, path, result);
    }

    private void MakeRootOfTree(LaunchBuilder b, string path, Slot result)
    {
        if (!context.Kernel.HasMountAttributes) { context.RootAttributes = MountStatus.Read(path); }

        b.Call("copy mount", SystemCall.OpenTree, [MountCalls.CurrentDirectory, path, MountCalls.TreeClone], path, result);
        if (context.UserNamespace is not { } user) { return; }

        RequireMappedMounts();
        b.MapIds(result, user, recursive: false, path);
    }

    private void RequireMappedMounts()
    {
        if (!context.Kernel.HasMountAttributes)
        {
            throw new RuntimeException(RuntimeError.Failed, "layers cannot be shown to a user namespace: this kernel maps no ids on mounts (Linux 5.12 does, overlayfs takes such layers since 5.19)",
                "leave --userns out, or use a newer kernel");
        }
    }

    /// <summary>Whether the user namespace must exist before the launch: idmapped mounts are made with it by the host's rights.</summary>
    public static bool NeedsMadeUserNamespace(LaunchRequest request)
    {
        bool makes = EffectiveIds.User == 0 && request.Config.Linux is { } linux && linux.Namespaces.Any(static n => n.Type == "user" && n.Path is null);
        return makes && (request.Rootfs is not null || request.Config.Mounts.Any(static m => !MountIdMaps.Has(m) && (m.Options.Contains("idmap") || m.Options.Contains("ridmap"))));
    }

    private static uint HostId(IReadOnlyList<IdMapping> mappings)
    {
        foreach (IdMapping mapping in mappings)
        {
            if (mapping.ContainerId == 0) { return mapping.HostId; }
        }

        throw RuntimeException.Invalid("linux.uidMappings", "the container's id 0 must be mapped");
    }

    private void EmitNamespaces(LaunchBuilder b)
    {
        if (context.UserNamespace is null && context.Namespaces.Create.HasFlag(NamespaceFlags.User)) { b.Add(new UserNamespaceStep(context)); }
        else if (context.HasUserNamespace) { b.Add(new NamedStep("user namespace", UserNamespaceStep.EmitBecomeRoot)); }

        b.Add(new NamespaceSetupStep(context));
    }

    private void EmitRoot(LaunchBuilder b, Slot? root)
    {
        b.Add(new RootStep(context, root, root is null ? MakeRoot : null));
        foreach (ILaunchStep mount in mountOrder) { b.Add(mount); }

        if (devices is not null) { b.Add(devices); }

        if (context.Process.Terminal) { b.Add(new TerminalStep(context, context.Process)); }

        if (cwd.Length > 0) { b.Add(new NamedStep("working directory", builder => context.Directory(builder, cwd))); }

        EmitHostsPart(b);
        if (sysctl is not null) { b.Add(sysctl); }

        if (mask is not null) { b.Add(mask); }

        foreach (MountStep mount in mounts) { b.Add(new NamedStep(mount.Name, mount.EmitReadOnly)); }

        HooksConfig? hooks = context.Config.Hooks;
        if (hooks is { CreateContainer.Count: > 0 }) { b.Add(new HookStep("createContainer", hooks.CreateContainer, HookState(b))); }

        b.Add(new PivotStep(context));
    }

    private void EmitHostsPart(LaunchBuilder b)
    {
        if (parts.BeforePivot is { } beforePivot) { b.Sync("run hooks and set up networks on the host", beforePivot); }
    }

    private void EmitProcess(LaunchBuilder b)
    {
        ProcessConfig process = context.Process;
        b.Add(limits);
        string? keyring = context.Request.NoNewKeyring ? null : "_ses." + context.Request.Id;
        b.Add(new IdentityStep(process, parts.Filter is not null, keyring, MayBeDeniedGroups, context.Request.Warn)
        {
            Available = context.HasUserNamespace ? CapabilitySet.Known : OwnCapabilities.Permitted(),
        });
        b.Add(new SecurityLabelStep(process, context.Kernel, context.Request.Warn));
        b.Add(new ProgramCheckStep(context, search, exchange => parts.Ready(exchange, search)));
        Data hookState = context.Config.Hooks is { StartContainer.Count: > 0 } ? HookState(b) : default;
        b.Add(new TerminalStdioStep(context));
        if (parts.Gate is { } gate) { b.Gate("wait for start", b.Inherit(gate, "gate"), GateKind.Listener); }
        else if (!context.Request.StartNow) { b.Gate("wait for start", b.Preset(-1, "gate"), GateKind.Listener); }

        b.Add(new PreservedStep(context.Request.PreservedDescriptors));
        if (context.Config.Hooks is { StartContainer.Count: > 0 } hooks)
        {
            b.CloseDescriptors(); // a hook's path is the container's
            b.Add(new HookStep("startContainer", hooks.StartContainer, hookState));
        }

        b.Add(new NamedStep(limits.Name, limits.EmitDescriptorLimit));
        b.Add(new ExecuteStep(search, process.Args, process.Env, parts.Filter, parts.Listener));
    }

    /// <summary>The maps that root writes on the host allow groups; what others made may not.</summary>
    private bool MayBeDeniedGroups => !context.IsPrivileged || context.IsNested || context.Namespaces.JoinedKinds.HasFlag(NamespaceFlags.User);

    private Data HookState(LaunchBuilder b)
    {
        byte[] blanks = new byte[HookStateBytes];
        Array.Fill(blanks, (byte)' ');
        Data state = b.Bytes(blanks);
        b.Sync("ask for the state that hooks read", exchange => exchange.Reply(parts.HookState(exchange.Pid)), receive: state);
        return state;
    }
}
