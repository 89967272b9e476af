using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Netlink;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Resources;

/// <summary>Moves network devices of the host into a container: <c>linux.netDevices</c>.</summary>
/// <remarks>
/// Source: OCI runtime-spec 1.3, config-linux.md "Network Devices". They keep their permanent global addresses and are up.
/// At the namespace's end the kernel gives real devices back to the host; virtual ones end with it.
/// </remarks>
internal static class HostNetworkDevices
{
    /// <summary>IFNAMSIZ without the final zero.</summary>
    private const int MaxNameBytes = 15;

    /// <exception cref="RuntimeException">A name cannot be one, or two devices would have the same.</exception>
    public static void Check(IReadOnlyDictionary<string, NetDeviceConfig> devices, bool hasNetwork)
    {
        if (devices.Count == 0) { return; }

        if (!hasNetwork) { throw RuntimeException.Invalid("linux.netDevices", "needs a network namespace of the container's own"); }

        var inside = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string host, NetDeviceConfig device) in devices)
        {
            string field = $"linux.netDevices \"{host}\"";
            CheckName(field, host);
            if (!string.IsNullOrEmpty(device.Name)) { CheckName(field + ".name", device.Name); }

            if (!inside.Add(NameInside(host, device))) { throw RuntimeException.Invalid(field, $"a second device would be called {NameInside(host, device)}"); }
        }
    }

    /// <summary>Moves them.</summary>
    /// <param name="devices">By the host's names.</param>
    /// <param name="pid">A process in the container's network namespace, which waits.</param>
    /// <exception cref="RuntimeException">One is not there or cannot be moved; those before it may have been.</exception>
    public static void Move(IReadOnlyDictionary<string, NetDeviceConfig> devices, int pid)
    {
        if (devices.Count == 0) { return; }

        using SafeFileHandle network = Descriptor.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"), OpenFlags.Read);
        using NetworkDevices host = NetworkDevices.Open();
        using NetworkDevices container = NetworkDevices.OpenIn(network);
        foreach ((string name, NetDeviceConfig device) in devices)
        {
            // All can be moved, or none is: the kernel moves first and renames then.
            Do(name, () => host.Find(name));
            Do(name, () => container.Has(NameInside(name, device)) ? throw new LinuxException("netlink", NameInside(name, device), Errno.EEXIST) : 0);
        }

        foreach ((string name, NetDeviceConfig device) in devices)
        {
            Do(name, () => Move(host, container, network, name, NameInside(name, device)));
        }
    }

    private static int Move(NetworkDevices host, NetworkDevices container, SafeFileHandle network, string name, string inside)
    {
        int index = host.Find(name);
        IReadOnlyList<NetworkAddress> addresses = host.Addresses(index);
        host.Move(index, network, inside);
        int moved = container.Find(inside);
        foreach (NetworkAddress address in addresses)
        {
            if (address.IsPermanentGlobal) { container.Add(moved, address); }
        }

        container.BringUp(moved, inside);
        return moved;
    }

    private static void Do(string name, Func<int> act)
    {
        try { act(); }
        catch (LinuxException e)
        {
            throw new RuntimeException(RuntimeError.Failed, $"linux.netDevices \"{name}\": {e.Message}", e.Errno switch
            {
                Errno.ENODEV => "see ip link for the devices of the host",
                Errno.EEXIST => "give the device another name in the container",
                Errno.EINVAL => "a device of this kind cannot leave its network namespace",
                Errno.EPERM => "moving a device of the host needs CAP_NET_ADMIN there",
                _ => null,
            }, e);
        }
    }

    private static string NameInside(string host, NetDeviceConfig device) => string.IsNullOrEmpty(device.Name) ? host : device.Name;

    // As the kernel's dev_valid_name; '%' would be taken for a pattern.
    private static void CheckName(string field, string name)
    {
        bool isWrong = name is "" or "." or ".." || Encoding.UTF8.GetByteCount(name) > MaxNameBytes;
        foreach (char c in name) { isWrong |= c is '/' or ':' or '%' || c <= ' ' || char.IsWhiteSpace(c); }

        if (isWrong) { throw RuntimeException.Invalid(field, $"\"{name}\" cannot be the name of a network device"); }
    }
}
