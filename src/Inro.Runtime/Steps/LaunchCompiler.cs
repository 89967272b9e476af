using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime.Exec;
using Inro.Runtime.Hooks;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Step 7 of a run: turns a container's configuration into its launch program. The order is the kernel's.</summary>
internal sealed class LaunchCompiler
{
    /// <summary>Room for the state that hooks in the container read.</summary>
    private const int HookStateBytes = 32 * 1024;

    private const string V2Cgroup = "v2 cgroup";

    private readonly LaunchContext _context;
    private readonly LaunchParts _parts;
    private readonly List<MountStep> _mounts = [];
    private readonly List<ILaunchStep> _mountOrder = [];
    private readonly List<CgroupMountStep> _cgroupMounts = [];
    private readonly ProgramSearch _search;
    private readonly DevicesStep? _devices;
    private readonly bool _early;

    /// <exception cref="RuntimeException">The configuration asks for what cannot be.</exception>
    public LaunchCompiler(LaunchRequest request, LaunchParts parts)
    {
        ConfigurationRules.Check(request);
        _parts = parts;
        _context = new LaunchContext
        {
            Request = request,
            Namespaces = NamespacePlan.Make(request.Config.Linux?.Namespaces ?? []),
            IsPrivileged = EffectiveIds.User == 0,
            IsNested = !UserNamespace.IsInitial,
        };
        ConfigurationRules.Check(_context);
        _early = _context.IsPrivileged && _context.HasUserNamespace;
        _search = ProgramSearch.For(_context.Process.Args, _context.Process.Env, _context.Process.Cwd);
        if (!_context.BuildsRoot) { return; }

        for (int i = 0; i < request.Config.Mounts.Count; i++) { AddMount(i); }

        if (!request.Config.Mounts.Any(static m => m.Destination.TrimEnd('/') is "/dev" && MountOptions.Parse(m.Options, m.Type is "bind").IsBind))
        {
            _devices = new DevicesStep(_context);
        }
    }

    /// <summary>Emits everything.</summary>
    public LaunchProgram Compile()
    {
        using var b = new LaunchBuilder(_context.Request.PreservedDescriptors.Count);
        foreach ((string what, Action undo) in _parts.Undo) { b.Undo(what, undo); }

        EmitBeforeClone(b, out Slot? root);
        EmitNamespaces(b);
        if (_context.BuildsRoot) { EmitRoot(b, root); }
        else { b.Add(new RootOfOthersStep(_context)); }

        EmitProcess(b);
        return b.Build();
    }

    private void AddMount(int index)
    {
        if (_context.Config.Mounts[index].Type is "cgroup" or "cgroup2")
        {
            var cgroup = new CgroupMountStep(_context, index, _parts.Cgroups.Locations);
            _cgroupMounts.Add(cgroup);
            _mountOrder.Add(cgroup);
            return;
        }

        var mount = new MountStep(_context, index);
        _mounts.Add(mount);
        _mountOrder.Add(mount);
    }

    private void EmitBeforeClone(LaunchBuilder b, out Slot? root)
    {
        root = null;
        b.Add(new BeforeCloneStep(_context));
        if (NeedsMadeUserNamespace(_context.Request))
        {
            _context.UserNamespace = _parts.UserNamespace is { } made ? b.Inherit(made, "user namespace") : b.Preset(-1, "user namespace");
        }

        if (_early && _context.BuildsRoot)
        {
            // The host's rights end at the clone: what needs them is taken now, detached, and attached by the child.
            root = b.NewSlot("root");
            Slot made = root.Value;
            b.Add(new NamedStep("root", builder => MakeRoot(builder, made)));
            foreach (MountStep mount in _mounts) { b.Add(new NamedStep(mount.Name, mount.EmitSource)); }

            foreach (CgroupMountStep mount in _cgroupMounts) { b.Add(new NamedStep(mount.Name, mount.EmitSources)); }

            if (_devices is not null) { b.Add(new NamedStep(_devices.Name, _devices.EmitSources)); }
        }

        LaunchCgroups cgroups = InheritCgroups(b);
        b.Add(new CgroupJoinStep(cgroups));
        if (_context.Namespaces.Join.Count > 0) { b.Add(new JoinStep(_context.Namespaces)); }

        if (_context.UserNamespace is { } user)
        {
            b.Call("join user namespace", Inro.Linux.SystemCall.Setns, [user, (ulong)NamespaceFlags.User]);
        }

        NamespaceFlags atClone = _context.Namespaces.Create & ~(NamespaceFlags.Cgroup | NamespaceFlags.Time | (_context.UserNamespace is null ? 0 : NamespaceFlags.User));
        b.Clone("clone with new namespaces", (ulong)atClone, cgroups.Unified, subject: NamespacePlan.Names(atClone));
        if (cgroups.Unified is { } unified) { b.CloseDirectory(unified, V2Cgroup); }
    }

    private LaunchCgroups InheritCgroups(LaunchBuilder b)
    {
        var processes = new List<(string, Slot)>(_parts.Cgroups.Locations.Count);
        foreach (CgroupProcesses tree in _parts.Processes ?? []) { processes.Add((tree.Location.Label, b.Inherit(tree.File, $"cgroup.procs of {tree.Location.Label}"))); }

        if (_parts.Processes is null)
        {
            // Explained, not run: the descriptors do not exist yet. The v2 cgroup is not joined but cloned into.
            Slot? later = null;
            foreach (CgroupLocation location in _parts.Cgroups.Locations)
            {
                if (location.IsUnified) { later = b.Preset(-1, V2Cgroup); }
                else { processes.Add((location.Label, b.Preset(-1, $"cgroup.procs of {location.Label}"))); }
            }

            return new LaunchCgroups(processes, later);
        }

        return new LaunchCgroups(processes, _parts.Unified is { } unified ? b.Inherit(unified, V2Cgroup) : null);
    }

    private void MakeRoot(LaunchBuilder b, Slot result)
    {
        if (_context.Request.Rootfs is { } snapshot)
        {
            if (_context.UserNamespace is { } user)
            {
                RequireMappedMounts();
                OverlayRoot.EmitMapped(b, snapshot, result, user, HostId(_context.Linux.UidMappings), HostId(_context.Linux.GidMappings));
                return;
            }

            OverlayRoot.Emit(b, snapshot, result, unprivileged: !_context.IsPrivileged || _context.IsNested, isOnHost: _early);
            return;
        }

        string path = ConfigurationRules.RootPath(_context.Request);
        if (!_context.Kernel.HasMountAttributes) { _context.RootAttributes = MountStatus.Read(path); }

        DirectoryRoot.Emit(b, path, result);
    }

    private void RequireMappedMounts()
    {
        if (!_context.Kernel.HasMountAttributes)
        {
            throw new RuntimeException(RuntimeError.Failed, "layers cannot be shown to a user namespace: this kernel maps no ids on mounts (Linux 5.12 does, overlayfs takes such layers since 5.19)",
                "leave --userns out, or use a newer kernel");
        }
    }

    /// <summary>Whether the user namespace must exist before the launch: idmapped mounts are made with it by the host's rights.</summary>
    public static bool NeedsMadeUserNamespace(LaunchRequest request)
    {
        bool makes = EffectiveIds.User == 0 && request.Config.Linux is { } linux && linux.Namespaces.Any(static n => n.Type == "user" && n.Path is null);
        return makes && (request.Rootfs is not null || request.Config.Mounts.Any(static m => m.Options.Contains("idmap") || m.Options.Contains("ridmap")));
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
        if (_context.UserNamespace is null && _context.Namespaces.Create.HasFlag(NamespaceFlags.User)) { b.Add(new UserNamespaceStep(_context)); }
        else if (_context.HasUserNamespace) { b.Add(new NamedStep("user namespace", UserNamespaceStep.EmitBecomeRoot)); }

        b.Add(new NamespaceSetupStep(_context));
    }

    private void EmitRoot(LaunchBuilder b, Slot? root)
    {
        b.Add(new RootStep(_context, root, root is null ? MakeRoot : null));
        foreach (ILaunchStep mount in _mountOrder) { b.Add(mount); }

        if (_devices is not null) { b.Add(_devices); }

        if (_context.Process.Terminal) { b.Add(new TerminalStep(_context, _context.Process)); }

        string[] cwd = ContainerPath.Names("process.cwd", _context.Process.Cwd);
        if (cwd.Length > 0) { b.Add(new NamedStep("working directory", builder => _context.Directory(builder, cwd))); }

        if (_parts.BeforePivot is { } beforePivot) { b.Sync("run hooks and set up networks on the host", beforePivot); }

        b.Add(new SysctlStep(_context));
        b.Add(new MaskStep(_context));
        foreach (MountStep mount in _mounts) { b.Add(new NamedStep(mount.Name, mount.EmitReadOnly)); }

        HooksConfig? hooks = _context.Config.Hooks;
        if (hooks is { CreateContainer.Count: > 0 }) { b.Add(new HookStep("createContainer", hooks.CreateContainer, HookState(b))); }

        b.Add(new PivotStep(_context));
    }

    private void EmitProcess(LaunchBuilder b)
    {
        ProcessConfig process = _context.Process;
        var limits = new LimitsStep(_context.Linux, process);
        b.Add(limits);
        string? keyring = _context.Request.NoNewKeyring ? null : "_ses." + _context.Request.Id;
        b.Add(new IdentityStep(process, _parts.Filter is not null, keyring, MayBeDeniedGroups));
        b.Add(new ProgramCheckStep(_context, _search, exchange => _parts.Ready(exchange, _search)));
        Data hookState = _context.Config.Hooks is { StartContainer.Count: > 0 } ? HookState(b) : default;
        b.Add(new TerminalStdioStep(_context));
        if (_parts.Gate is { } gate) { b.Gate("wait for start", b.Inherit(gate, "gate"), GateKind.Listener); }
        else if (!_context.Request.StartNow) { b.Gate("wait for start", b.Preset(-1, "gate"), GateKind.Listener); }

        b.Add(new PreservedStep(_context.Request.PreservedDescriptors));
        if (_context.Config.Hooks is { StartContainer.Count: > 0 } hooks)
        {
            b.CloseDescriptors(); // a hook's path is the container's
            b.Add(new HookStep("startContainer", hooks.StartContainer, hookState));
        }

        b.Add(new NamedStep(limits.Name, limits.EmitDescriptorLimit));
        b.Add(new ExecuteStep(_search, process.Args, process.Env, _parts.Filter));
    }

    /// <summary>The maps that root writes on the host allow groups; what others made may not.</summary>
    private bool MayBeDeniedGroups => !_context.IsPrivileged || _context.IsNested || _context.Namespaces.JoinedKinds.HasFlag(NamespaceFlags.User);

    private Data HookState(LaunchBuilder b)
    {
        byte[] blanks = new byte[HookStateBytes];
        Array.Fill(blanks, (byte)' ');
        Data state = b.Bytes(blanks);
        b.Sync("ask for the state that hooks read", exchange => exchange.Reply(_parts.HookState(exchange.Pid)), receive: state);
        return state;
    }
}
