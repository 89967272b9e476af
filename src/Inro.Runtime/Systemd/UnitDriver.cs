using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime.Resources;
using Inro.Runtime.Systemd.Bus;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Systemd;

/// <summary>One container's unit: systemd makes it around the container's first process, knows its limits, and ends it.</summary>
/// <remarks>Connects when something is asked for, and stays connected until it is disposed.</remarks>
/// <param name="unit">Which.</param>
/// <param name="isUnified">Whether cgroup v2 governs.</param>
internal sealed class UnitDriver(CgroupUnit unit, bool isUnified) : IDisposable
{
    private const string Booted = "/run/systemd/system";

    private SystemdManager? _manager;
    private bool _mayBeThere;

    private SystemdManager Manager => _manager ??= SystemdManager.Open(unit.IsUser);

    /// <summary>Decides on the unit, and on its cgroups in each tree.</summary>
    /// <exception cref="RuntimeException">This host is not systemd's, or the path names no unit.</exception>
    public static (CgroupUnit Unit, string Path) Place(CgroupLayout layout, string? cgroupsPath, string id)
    {
        if (!Directory.Exists(Booted))
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration,
                $"systemd cgroup flag passed, but systemd support for managing cgroups is not available: there is no {Booted}", "leave --systemd-cgroup out, or add --cgroup-manager cgroupfs");
        }

        bool isUser = IsUsers();
        if (isUser && !layout.IsPureUnified)
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration, "a user's systemd governs no cgroup v1 hierarchy, and this host has some", "boot with systemd.unified_cgroup_hierarchy=1, or leave --systemd-cgroup out");
        }

        UnitPlace place = UnitPlace.Parse(cgroupsPath, id, isUser);
        string above = "";
        if (isUser)
        {
            using var manager = SystemdManager.Open(isUser);
            above = manager.ControlGroup();
        }

        return (new CgroupUnit(place.Name, place.Slice, isUser), above + place.Path);
    }

    /// <summary>Makes the unit; the process is in it afterwards unless the unit is a slice.</summary>
    /// <exception cref="RuntimeException">systemd refuses, or does not do it.</exception>
    /// <exception cref="ResourceException">A limit is none.</exception>
    public void Start(string id, int pid, LinuxResources? resources, IReadOnlyDictionary<string, string> annotations)
    {
        var properties = new UnitProperties(isUnified, () => Manager.Version());
        properties.AddUnit(id, unit, pid);
        if (resources is not null)
        {
            properties.AddDevices(resources.Devices);
            properties.AddLimits(resources);
        }

        properties.AddOutOfMemoryPolicy(resources);
        foreach (UnitProperty property in PropertyAnnotations.Read(annotations)) { properties.Add(property); }

        _mayBeThere = true;
        Ask("make", () =>
        {
            try { Manager.StartTransientUnit(unit.Name, properties.Items); }
            catch (BusException e) when (e.Name == SystemdManager.UnitExists)
            {
                _mayBeThere = false; // somebody else's
                throw;
            }
        });
    }

    /// <summary>Lets systemd know new limits; nothing happens where it has no property for them.</summary>
    /// <exception cref="RuntimeException">systemd refuses.</exception>
    public void Update(LinuxResources resources)
    {
        var properties = new UnitProperties(isUnified, () => Manager.Version());
        properties.AddLimits(resources);
        if (properties.Items.Count > 0) { Ask("change", () => Manager.SetUnitProperties(unit.Name, properties.Items)); }
    }

    /// <summary>Puts a further process into the unit, or into a cgroup below it.</summary>
    public void Attach(string below, int pid) => Ask("put a process into", () => Manager.AttachProcess(unit.Name, below, pid));

    /// <summary>Ends the unit and lets systemd forget it.</summary>
    public void Stop() => Ask("end", () => Manager.StopUnit(unit.Name));

    /// <summary>The same, for a unit that <see cref="Start"/> made.</summary>
    /// <returns>False: it made none.</returns>
    public bool TakeBack()
    {
        if (!_mayBeThere) { return false; }

        Stop();
        _mayBeThere = false;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _manager?.Dispose();
        _manager = null;
    }

    // Root of a user namespace has a systemd of its own only where process 1 is in that namespace, too.
    private static bool IsUsers()
    {
        if (EffectiveIds.User != 0) { return true; }
        if (UserNamespace.IsInitial) { return false; }

        using DirFd first = DirFd.Open("/proc/1");
        return first.Status().UserId != 0;
    }

    private void Ask(string what, Action ask)
    {
        try { ask(); }
        catch (BusException e) { throw new RuntimeException(RuntimeError.Failed, $"systemd refuses to {what} {unit.Name}: {e.Message}", Remedy(e.Name), e); }
        catch (TimeoutException e) { throw new RuntimeException(RuntimeError.Failed, $"systemd did not {what} {unit.Name}: {e.Message}", $"systemctl status {unit.Name} and the journal say more", e); }
    }

    private static string? Remedy(string error) => error switch
    {
        SystemdManager.UnitExists => "give the container a linux.cgroupsPath of its own, or end the unit with systemctl stop",
        "org.freedesktop.DBus.Error.PropertyReadOnly" => "see the annotations org.systemd.property.*: this systemd has no such property for a unit of this kind",
        "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired" => "run as root, or with a systemd of the user's own",
        _ => null,
    };
}
