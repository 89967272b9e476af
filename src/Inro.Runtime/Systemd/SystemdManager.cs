using System.Globalization;
using Inro.Linux;
using Inro.Runtime.Systemd.Bus;

namespace Inro.Runtime.Systemd;

/// <summary>The systemd of the system or of a user, as far as containers need it. Each call waits until what it asked for has happened.</summary>
/// <remarks>Source: org.freedesktop.systemd1(5).</remarks>
internal sealed class SystemdManager : IDisposable
{
    private const string Service = "org.freedesktop.systemd1";
    private const string ObjectPath = "/org/freedesktop/systemd1";
    private const string Interface = Service + ".Manager";

    /// <summary>The error that a unit of this name is there.</summary>
    public const string UnitExists = Service + ".UnitExists";

    /// <summary>A job takes the place of one that waits for the same unit.</summary>
    private const string Mode = "replace";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly BusConnection _bus;
    private readonly bool _isPeer;
    private bool _listens;
    private int? _version;

    private SystemdManager(BusConnection bus, bool isPeer)
    {
        _bus = bus;
        _isPeer = isPeer;
    }

    /// <summary>Connects to it.</summary>
    /// <exception cref="RuntimeException">It cannot be reached.</exception>
    public static SystemdManager Open(bool isUser)
    {
        IReadOnlyList<BusAddress> addresses = isUser ? BusAddress.OfUser(Environment.GetEnvironmentVariable) : BusAddress.OfSystem(Environment.GetEnvironmentVariable);
        var failures = new List<string>(addresses.Count);
        foreach (BusAddress address in addresses)
        {
            try { return new SystemdManager(BusConnection.Open(address, Limit), address.IsPeer); }
            catch (Exception e) when (e is LinuxException or BusException or TimeoutException or InvalidDataException) { failures.Add(e.Message); }
        }

        throw new RuntimeException(RuntimeError.Failed, $"the systemd of {(isUser ? "this user" : "the system")} cannot be reached: {string.Join("; ", failures)}",
            isUser ? "set XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS as a login does, and see that the user's systemd runs (loginctl enable-linger), or leave --systemd-cgroup out"
                : "see that this user may talk to systemd (systemctl status), or leave --systemd-cgroup out");
    }

    /// <summary>The cgroup below which this systemd has its units; empty for the top of the tree.</summary>
    public string ControlGroup() => Property("ControlGroup") is var path && path == "/" ? "" : path;

    /// <summary>The number of its release; 0 where it says none.</summary>
    public int Version() => _version ??= ParseVersion(Property("Version"));

    /// <summary>Makes a unit and waits until it is there. A failed one of the same name is forgotten first.</summary>
    /// <exception cref="BusException">It refuses.</exception>
    /// <exception cref="RuntimeException">The unit did not start.</exception>
    public void StartTransientUnit(string unit, IReadOnlyList<UnitProperty> properties)
    {
        string result;
        try { result = Start(unit, properties); }
        catch (BusException e) when (e.Name == UnitExists)
        {
            ResetFailedUnit(unit);
            result = Start(unit, properties);
        }

        if (result != "done") { throw new RuntimeException(RuntimeError.Failed, $"systemd did not start {unit}: {result}", $"systemctl status {unit} and the journal say more"); }
    }

    /// <summary>Ends a unit and forgets it; one that is gone already is no error.</summary>
    public void StopUnit(string unit)
    {
        try { RunJob(unit, "StopUnit", "ss", body => { body.Text(unit); body.Text(Mode); }); }
        catch (BusException e) when (e.Name == Service + ".NoSuchUnit") { return; }

        ResetFailedUnit(unit);
    }

    /// <summary>Changes properties until the unit ends.</summary>
    /// <exception cref="BusException">It refuses.</exception>
    public void SetUnitProperties(string unit, IReadOnlyList<UnitProperty> properties) =>
        Call("SetUnitProperties", "sba(sv)", body => { body.Text(unit); body.UInt32(1); Write(body, properties); });

    /// <summary>Puts processes into a unit's cgroup, or into one below it.</summary>
    /// <param name="unit">Its name.</param>
    /// <param name="below">Path below the unit's cgroup; empty for the cgroup itself.</param>
    /// <param name="pid">Which process.</param>
    public void AttachProcess(string unit, string below, int pid) =>
        Call("AttachProcessesToUnit", "ssau", body => { body.Text(unit); body.Text(below); body.Value(BusValue.Numbers(pid)); });

    /// <inheritdoc/>
    public void Dispose() => _bus.Dispose();

    /// <summary>The first number of <c>v245.4-1.fc32</c>, <c>252 (252.39-1~deb12u1)</c>.</summary>
    internal static int ParseVersion(string text)
    {
        string start = text.TrimStart('v', '"');
        int end = start.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? start : start[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0;
    }

    private string Start(string unit, IReadOnlyList<UnitProperty> properties) => RunJob(unit, "StartTransientUnit", "ssa(sv)a(sa(sv))", body =>
    {
        body.Text(unit);
        body.Text(Mode);
        Write(body, properties);
        body.Array(8, static () => { }); // no further units
    });

    private void ResetFailedUnit(string unit)
    {
        try { Call("ResetFailedUnit", "s", body => body.Text(unit)); }
        catch (BusException) { return; } // it is not failed, or gone: both are what is wanted
    }

    /// <returns>What became of it: "done", or one of systemd's words for other ends.</returns>
    private string RunJob(string unit, string method, string types, Action<BusWriter> body)
    {
        Listen();
        string job = new BusReader(Call(method, types, body).Body).Text();
        string result = "";
        try { _bus.Wait("JobRemoved", signal => IsOf(signal, job, out result)); }
        catch (TimeoutException e)
        {
            throw new RuntimeException(RuntimeError.Failed, $"systemd did not finish {method} of {unit} within {Limit.TotalSeconds} s", $"systemctl status {unit} and the journal say more", e);
        }

        return result;
    }

    private static bool IsOf(BusMessage signal, string job, out string result)
    {
        result = "";
        if (signal.Types != "uoss") { return false; }

        var reader = new BusReader(signal.Body);
        reader.UInt32();
        if (reader.Text() != job) { return false; }

        reader.Text();
        result = reader.Text();
        return true;
    }

    // Before the first job: its end may come sooner than the answer.
    private void Listen()
    {
        if (!_listens && !_isPeer) { _bus.Match($"type='signal',sender='{Service}',interface='{Interface}',member='JobRemoved'"); }

        _listens = true;
    }

    private string Property(string name)
    {
        var reader = new BusReader(_bus.Call(Service, ObjectPath, "org.freedesktop.DBus.Properties", "Get", "ss", body => { body.Text(Interface); body.Text(name); }).Body);
        return reader.Signature() == "s" ? reader.Text() : throw new InvalidDataException($"systemd's property {name} is no text");
    }

    private BusMessage Call(string method, string types, Action<BusWriter> body) => _bus.Call(Service, ObjectPath, Interface, method, types, body);

    private static void Write(BusWriter body, IReadOnlyList<UnitProperty> properties) => body.Array(8, () =>
    {
        foreach (UnitProperty property in properties)
        {
            body.Align(8);
            body.Text(property.Name);
            body.Variant(property.Value);
        }
    });
}

/// <summary>One property of a unit.</summary>
/// <param name="Name">As on the bus: times end in <c>USec</c>.</param>
/// <param name="Value">Of the type that systemd wants there.</param>
internal sealed record UnitProperty(string Name, BusValue Value);
