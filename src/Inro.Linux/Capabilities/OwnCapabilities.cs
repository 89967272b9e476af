using System.Runtime.InteropServices;

namespace Inro.Linux.Capabilities;

/// <summary>What this process may do itself.</summary>
public static unsafe partial class OwnCapabilities
{
    private const uint Version3 = 0x20080522;

    /// <summary>The permitted set of the calling thread. See capget(2).</summary>
    /// <exception cref="LinuxException">The kernel refuses, which it does for no thread of its own.</exception>
    public static CapabilitySet Permitted()
    {
        var header = new Header { Version = Version3 };
        Data data = default;
        if (capget(&header, &data) != 0) { throw LinuxException.FromLastError("capget", "this thread"); }

        return new CapabilitySet(data.Low.Permitted | ((ulong)data.High.Permitted << 32));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(Header* header, Data* data); // pointers: the arguments are structs of the kernel's

    private struct Header
    {
        public uint Version;
        public int Pid;
    }

    private struct Sets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }

    private struct Data
    {
        public Sets Low;
        public Sets High;
    }
}
