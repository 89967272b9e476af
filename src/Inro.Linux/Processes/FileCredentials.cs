using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>Lets the calling thread, and no other, make files as another user while it keeps its capabilities over them. Disposing gives its own identity back.</summary>
/// <remarks>
/// A file system that belongs to a user namespace takes new files only from ids that are mapped there: root of the host cannot make one as itself.
/// Dispose on the same thread. See setfsuid(2), capabilities(7) "Effect of user ID changes on capabilities".
/// </remarks>
public sealed unsafe partial class FileCredentials : IDisposable
{
    private const uint CapabilityVersion3 = 0x20080522;
    private const uint Ask = uint.MaxValue; // no such id: the call only tells the one that is

    private readonly uint user;
    private readonly uint group;

    private FileCredentials(uint user, uint group) => (this.user, this.group) = (user, group);

    /// <summary>Begins; needs CAP_SETUID and CAP_SETGID.</summary>
    /// <exception cref="LinuxException">EPERM: this process may not take these ids.</exception>
    public static FileCredentials Become(uint user, uint group)
    {
        var own = new FileCredentials(setfsuid(Ask), setfsgid(Ask));
        try
        {
            Set(user, group);
            return own;
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Set(user, group);

    private static void Set(uint user, uint group)
    {
        var header = new Header { Version = CapabilityVersion3 };
        Data* sets = stackalloc Data[2];
        if (capget(&header, sets) < 0) { throw LinuxException.FromLastError("capget", "thread"); }

        _ = setfsgid(group); // tells the one before; whether it was taken is asked next
        _ = setfsuid(user);
        if (setfsgid(Ask) != group) { throw new LinuxException("setfsgid", group.ToString(System.Globalization.CultureInfo.InvariantCulture), Errno.EPERM); }

        if (setfsuid(Ask) != user) { throw new LinuxException("setfsuid", user.ToString(System.Globalization.CultureInfo.InvariantCulture), Errno.EPERM); }

        // The change took the capabilities over files out of force.
        if (capset(&header, sets) < 0) { throw LinuxException.FromLastError("capset", "thread"); }
    }

    [LibraryImport("libc")]
    private static partial uint setfsuid(uint user);

    [LibraryImport("libc")]
    private static partial uint setfsgid(uint group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(Header* header, Data* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(Header* header, Data* data);

    /// <summary>struct __user_cap_header_struct; pid 0 is the calling thread.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Version;
        public int Pid;
    }

    /// <summary>struct __user_cap_data_struct.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Data
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
