using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Netlink;

/// <summary>The network devices of one network namespace. See rtnetlink(7).</summary>
public sealed class NetworkDevices : IDisposable
{
    private const ushort NewLink = 16;
    private const ushort GetLink = 18;
    private const ushort NewAddress = 20;
    private const ushort GetAddress = 22;

    private const ushort Request = 1;
    private const ushort Acknowledge = 4;
    private const ushort Dump = 0x300;
    private const ushort CreateOnly = 0x600; // NLM_F_CREATE | NLM_F_EXCL

    private const int LinkBytes = 16; // struct ifinfomsg
    private const int AddressBytes = 8; // struct ifaddrmsg
    private const ushort LinkName = 3;
    private const ushort LinkNamespace = 28;
    private const ushort LinkExtras = 29;
    private const uint WithoutStatistics = 1 << 3;
    private const uint Up = 1;

    private readonly NetlinkSocket socket;

    private NetworkDevices(NetlinkSocket socket) => this.socket = socket;

    /// <summary>Those of the calling thread's namespace.</summary>
    public static NetworkDevices Open() => new(NetlinkSocket.Open());

    /// <summary>Those of another namespace.</summary>
    /// <param name="network">A network namespace's file.</param>
    public static NetworkDevices OpenIn(SafeFileHandle network) => new(NetlinkSocket.OpenIn(network));

    /// <summary>The number of a device.</summary>
    /// <exception cref="LinuxException">ENODEV: there is none of that name.</exception>
    public int Find(string name)
    {
        int index = 0;
        NetlinkMessage request = socket.Request(GetLink, Request);
        request.Body(LinkBytes);
        request.Attribute(LinkName, name);
        request.Attribute(LinkExtras, WithoutStatistics);
        socket.Ask(request, name, (type, body) =>
        {
            if (type == NewLink && body.Length >= LinkBytes) { index = BinaryPrimitives.ReadInt32LittleEndian(body[4..]); }
        });
        return index > 0 ? index : throw new LinuxException("netlink", name, Errno.ENODEV);
    }

    /// <summary>Whether there is a device of that name.</summary>
    public bool Has(string name)
    {
        try { return Find(name) > 0; }
        catch (LinuxException e) when (e.Errno == Errno.ENODEV) { return false; }
    }

    /// <summary>The addresses of a device.</summary>
    public IReadOnlyList<NetworkAddress> Addresses(int index)
    {
        List<NetworkAddress> found = [];
        NetlinkMessage request = socket.Request(GetAddress, Request | Dump);
        request.Body(AddressBytes);
        socket.Ask(request, "addresses", (type, body) =>
        {
            if (type == NewAddress && body.Length >= AddressBytes && BinaryPrimitives.ReadInt32LittleEndian(body[4..]) == index) { found.Add(Parse(body)); }
        });
        return found;
    }

    /// <summary>Moves a device into another namespace, where it is down, has no addresses, and may have another number.</summary>
    /// <param name="index">Its number here.</param>
    /// <param name="network">The other network namespace's file.</param>
    /// <param name="name">What it is called there.</param>
    /// <exception cref="LinuxException">EEXIST: the name is taken there. EINVAL: it is of a kind that cannot be moved.</exception>
    public void Move(int index, SafeFileHandle network, string name)
    {
        NetlinkMessage request = Change(index, flags: 0, mask: 0);
        request.Attribute(LinkNamespace, (uint)(int)network.DangerousGetHandle());
        request.Attribute(LinkName, name);
        socket.Ask(request, name);
        GC.KeepAlive(network);
    }

    /// <summary>Gives a device an address.</summary>
    /// <exception cref="LinuxException">EEXIST: it has it already.</exception>
    public void Add(int index, NetworkAddress address)
    {
        NetlinkMessage request = socket.Request(NewAddress, Request | Acknowledge | CreateOnly);
        Span<byte> body = request.Body(AddressBytes);
        body[0] = address.Family;
        body[1] = address.PrefixLength;
        body[3] = address.Scope;
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], index);
        foreach ((ushort type, byte[] value) in address.Attributes) { request.Attribute(type, value); }

        request.Attribute(NetworkAddress.FlagsAttribute, address.Flags);
        socket.Ask(request, address.ToString());
    }

    /// <summary>Switches a device on.</summary>
    public void BringUp(int index, string name) => socket.Ask(Change(index, Up, Up), name);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private NetlinkMessage Change(int index, uint flags, uint mask)
    {
        NetlinkMessage request = socket.Request(NewLink, Request | Acknowledge);
        Span<byte> body = request.Body(LinkBytes);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(body[12..], mask);
        return request;
    }

    private static NetworkAddress Parse(ReadOnlySpan<byte> body)
    {
        uint flags = body[2];
        List<(ushort, byte[])> kept = [];
        var attributes = new NetlinkAttributes(body[AddressBytes..]);
        while (attributes.Next())
        {
            if (attributes.Type == NetworkAddress.FlagsAttribute && attributes.Value.Length == sizeof(uint)) { flags = BinaryPrimitives.ReadUInt32LittleEndian(attributes.Value); }
            else if (NetworkAddress.IsKept(attributes.Type)) { kept.Add((attributes.Type, attributes.Value.ToArray())); }
        }

        return new NetworkAddress(body[0], body[1], body[3], flags, kept);
    }
}
