using Inro.Linux.Processes;

namespace Inro.Runtime.Systemd.Bus;

/// <summary>A place where systemd can be talked to.</summary>
/// <param name="Path">Of the unix socket.</param>
/// <param name="IsPeer">Whether systemd itself is at the other end, and no bus in between.</param>
internal sealed record BusAddress(string Path, bool IsPeer)
{
    /// <summary>The system's systemd: the socket that systemctl uses, too, and the bus where that one may not be used.</summary>
    public static IReadOnlyList<BusAddress> OfSystem(Func<string, string?> variable) =>
    [
        new("/run/systemd/private", IsPeer: true),
        .. Paths(variable("DBUS_SYSTEM_BUS_ADDRESS")),
        new("/run/dbus/system_bus_socket", IsPeer: false),
    ];

    /// <summary>A user's systemd.</summary>
    public static IReadOnlyList<BusAddress> OfUser(Func<string, string?> variable)
    {
        string directory = variable("XDG_RUNTIME_DIR") is { Length: > 0 } given ? given : $"/run/user/{EffectiveIds.User}";
        return
        [
            .. Paths(variable("DBUS_SESSION_BUS_ADDRESS")),
            new(directory + "/bus", IsPeer: false),
            new(directory + "/systemd/private", IsPeer: true),
        ];
    }

    /// <summary>The unix sockets of an address as the environment has it: <c>unix:path=/run/user/1000/bus,guid=…;…</c>.</summary>
    internal static IEnumerable<BusAddress> Paths(string? addresses)
    {
        foreach (string address in (addresses ?? "").Split(';'))
        {
            if (!address.StartsWith("unix:", StringComparison.Ordinal)) { continue; }

            foreach (string pair in address[5..].Split(','))
            {
                if (pair.StartsWith("path=", StringComparison.Ordinal)) { yield return new(Uri.UnescapeDataString(pair[5..]), IsPeer: false); }
            }
        }
    }
}
