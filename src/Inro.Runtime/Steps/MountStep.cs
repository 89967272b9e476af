using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>One mount of the configuration: a file system of its own, or a bind of the host's.</summary>
internal sealed class MountStep : ILaunchStep
{
    private readonly LaunchContext _context;
    private readonly MountConfig _mount;
    private readonly MountOptions _options;
    private readonly string[] _names;
    private readonly string _path;
    private readonly bool _isFile;
    private readonly bool _waitsForReadOnly;
    private readonly string _source;
    private Slot? _tree;
    private MountAttributes _attributes;

    /// <param name="index">Position in the configuration, for messages.</param>
    public MountStep(LaunchContext context, int index)
    {
        _context = context;
        _mount = context.Config.Mounts[index];
        string field = string.Create(CultureInfo.InvariantCulture, $"mounts[{index}]");
        _options = MountOptions.Parse(_mount.Options, _mount.Type is "bind" or "rbind");
        _names = ContainerPath.Names(field + ".destination", _mount.Destination);
        _path = ContainerPath.Join(_names);
        _source = _mount.Source ?? "";
        if (_options.IsBind)
        {
            if (_source.Length == 0) { throw RuntimeException.Invalid(field + ".source", "a bind mount needs one"); }

            if (!_source.StartsWith('/')) { _source = context.Request.Bundle + "/" + _source; }

            _isFile = !Directory.Exists(_source);
        }
        else if (string.IsNullOrEmpty(_mount.Type)) { throw RuntimeException.Invalid(field + ".type", "is required unless the options say bind"); }

        if (_options.IsIdMapped && (!_options.IsBind || !context.HasUserNamespace))
        {
            throw RuntimeException.Invalid(field + ".options", "ids can be mapped on a bind mount of a container with a user namespace");
        }

        if (_options.IsIdMapped && !context.Kernel.HasMountAttributes)
        {
            throw RuntimeException.Invalid(field + ".options", "this kernel maps no ids on mounts (Linux 5.12 does)", "leave idmap out, or use a newer kernel");
        }

        ProcRules.Check(field, _path, _mount, _options);
        _waitsForReadOnly = !_options.IsBind && _options.Set.HasFlag(MountAttributes.ReadOnly) && HoldsLaterMounts(index);
    }

    public string Name => $"mount {_path}";

    /// <summary>Takes the bind's source with the host's credentials, before the clone.</summary>
    public void EmitSource(LaunchBuilder builder)
    {
        if (!_options.IsBind) { return; }

        Take(builder);
        if (_options.IsIdMapped && _context.UserNamespace is { } user)
        {
            builder.MapIds(_tree!.Value, user, _options.IsIdMappedBelow, _path); // taken just above
        }
    }

    public void Emit(LaunchBuilder builder)
    {
        if (_options.IsBind) { EmitBind(builder); }
        else { EmitFileSystem(builder); }
    }

    /// <summary>Makes a mount read-only whose inside was needed until now.</summary>
    public void EmitReadOnly(LaunchBuilder builder)
    {
        if (_waitsForReadOnly && _tree is { } tree)
        {
            _context.SetAttributes(builder, tree, _attributes, new MountChange(MountAttributes.ReadOnly), _path);
        }
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno switch
    {
        Errno.ENOENT when _options.IsBind && operation.Call == SystemCall.OpenTree => $"create {_source} on the host",
        Errno.ENODEV => $"the kernel has no file system type \"{_mount.Type}\"",
        Errno.EPERM when _mount.Type is "sysfs" => "a new sysfs needs a network namespace that belongs to the container; bind /sys instead",
        _ => null,
    };

    private void Take(LaunchBuilder b)
    {
        _tree = b.NewSlot(_source);
        b.Call("copy mount", SystemCall.OpenTree,
            [MountCalls.CurrentDirectory, _source, MountCalls.TreeClone | (_options.IsRecursive ? MountCalls.Recursive : 0)], _source, _tree);
    }

    private void EmitBind(LaunchBuilder b)
    {
        if (_tree is null) { Take(b); }

        Slot tree = _tree!.Value; // taken just above at the latest
        MountTarget target = _context.Target(b, _names, _isFile, noSymlinks: false);
        b.Attach(tree, target, _path);
        MountAttributes attributes = _context.SetBindAttributes(b, tree, _source, _options, _path);
        Record(tree, "bind", isFresh: false, attributes);
    }

    private void EmitFileSystem(LaunchBuilder b)
    {
        string type = _mount.Type!; // checked by the constructor
        MountAttributes attributes = (_options.Set | _options.SetBelow) & ~(_waitsForReadOnly ? MountAttributes.ReadOnly : 0);
        bool isKernels = type is "proc" or "sysfs" or "mqueue" or "devpts" or "cgroup" or "cgroup2";
        IReadOnlyList<string> data = !isKernels && attributes.HasFlag(MountAttributes.ReadOnly) ? [.. _options.Data, "ro"] : _options.Data;
        Slot tree = b.NewSlot(_path);
        _tree = tree;
        b.MakeFileSystem(type, _source, data, attributes, tree, _path);
        b.Attach(tree, _context.Target(b, _names, _isFile, noSymlinks: type is "proc" or "sysfs"), _path);
        _context.SetAttributes(b, tree, attributes, new MountChange(0, 0, _options.Propagation), _path);
        Record(tree, type, isFresh: type is "tmpfs" or "ramfs" && !_options.CopiesUp, attributes);
    }

    private void Record(Slot tree, string type, bool isFresh, MountAttributes attributes)
    {
        _attributes = attributes;
        _context.Placed.Add(new PlacedMount(_path, tree, type, isFresh, attributes));
        if (_names.Length > 0) { return; }

        _context.Root = tree;
        _context.RootAttributes = attributes;
    }

    private bool HoldsLaterMounts(int index)
    {
        if (_path is "/dev") { return true; }

        for (int later = index + 1; later < _context.Config.Mounts.Count; later++)
        {
            string[] names = ContainerPath.Names("mounts", _context.Config.Mounts[later].Destination);
            if (ContainerPath.IsAtOrBelow(ContainerPath.Join(names), _path)) { return true; }
        }

        return false;
    }
}
