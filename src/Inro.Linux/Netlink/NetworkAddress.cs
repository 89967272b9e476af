using System.Globalization;
using System.Net;

namespace Inro.Linux.Netlink;

/// <summary>An address of a network device, as the kernel tells it and takes it.</summary>
/// <remarks>Source: rtnetlink(7), if_addr.h.</remarks>
public sealed class NetworkAddress
{
    internal const ushort FlagsAttribute = 8;

    private const ushort Address = 1;
    private const ushort Local = 2;
    private const ushort Broadcast = 4;
    private const ushort Priority = 9;
    private const uint Permanent = 0x80;

    /// <summary>What is said of an address, in contrast to what became of it: no duplicate detection, home, temporary ones, no route, multicast.</summary>
    private const uint SettableFlags = 0x02 | 0x10 | 0x100 | 0x200 | 0x400;

    private readonly uint flags;

    internal NetworkAddress(byte family, byte prefixLength, byte scope, uint flags, IReadOnlyList<(ushort Type, byte[] Value)> attributes)
    {
        (Family, PrefixLength, Scope, Attributes) = (family, prefixLength, scope, attributes);
        this.flags = flags;
    }

    /// <summary>Whether it was given for good and is valid everywhere: not by a lease or an advertisement, and not of the link alone.</summary>
    public bool IsPermanentGlobal => (flags & Permanent) != 0 && Scope == 0;

    internal byte Family { get; }

    internal byte PrefixLength { get; }

    internal byte Scope { get; }

    internal uint Flags => flags & SettableFlags;

    internal IReadOnlyList<(ushort Type, byte[] Value)> Attributes { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        byte[]? bytes = Find(Local) ?? Find(Address);
        string text = bytes is { Length: 4 or 16 } ? new IPAddress(bytes).ToString() : "address";
        return string.Create(CultureInfo.InvariantCulture, $"{text}/{PrefixLength}");
    }

    internal static bool IsKept(ushort attribute) => attribute is Address or Local or Broadcast or Priority;

    private byte[]? Find(ushort wanted)
    {
        foreach ((ushort type, byte[] value) in Attributes)
        {
            if (type == wanted) { return value; }
        }

        return null;
    }
}
