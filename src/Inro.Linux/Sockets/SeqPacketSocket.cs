using System.Runtime.InteropServices;
using System.Text;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Sockets;

/// <summary>A unix socket that keeps the bounds of messages and carries descriptors (SOCK_SEQPACKET). See unix(7).</summary>
/// <remarks>Close-on-exec always; blocking, with time-outs by poll. Sending and receiving may go on in two threads.</remarks>
public sealed unsafe partial class SeqPacketSocket() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>Descriptors that one message can carry; what the kernel allows (SCM_MAX_FD).</summary>
    public const int MaxDescriptors = 253;

    /// <summary>The descriptor's number; valid as long as this object is not disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Makes two sockets that are connected with each other. See socketpair(2).</summary>
    public static (SeqPacketSocket First, SeqPacketSocket Second) Pair()
    {
        int* both = stackalloc int[2];
        return socketpair(UnixFamily, SeqPacket | CloseOnExec, 0, both) == 0
            ? (Own(both[0]), Own(both[1]))
            : throw LinuxException.FromLastError("socketpair", "unix");
    }

    /// <summary>Takes ownership of a descriptor that is such a socket.</summary>
    public static SeqPacketSocket Own(int descriptor)
    {
        var socket = new SeqPacketSocket();
        socket.SetHandle(descriptor);
        return socket;
    }

    /// <summary>Binds to a path, which must not exist, and listens there.</summary>
    /// <param name="path">Of any length. Who may connect is decided by the modes of its directories and of the socket (umask).</param>
    /// <exception cref="LinuxException">EADDRINUSE: something has that name.</exception>
    public static SeqPacketSocket Listen(string path, int backlog = 64) => Listen(path, backlog, SeqPacket);

    /// <summary>The same for a socket that keeps no bounds of messages (SOCK_STREAM), to receive descriptors there.</summary>
    public static SeqPacketSocket ListenStream(string path) => Listen(path, backlog: 1, Stream);

    private static SeqPacketSocket Listen(string path, int backlog, int type)
    {
        SeqPacketSocket socket = AtPath(path, "bind", &bind, type);
        if (listen(socket, backlog) == 0) { return socket; }
        LinuxException failure = LinuxException.FromLastError("listen", path);
        socket.Dispose();
        throw failure;
    }

    /// <summary>Connects to the socket at a path.</summary>
    /// <exception cref="LinuxException">ENOENT: nothing there. ECONNREFUSED: nobody listens any more.</exception>
    public static SeqPacketSocket Connect(string path) => AtPath(path, "connect", &connect);

    /// <summary>Connects to a socket that keeps no bounds of messages (SOCK_STREAM), to send descriptors there.</summary>
    /// <exception cref="LinuxException">ENOENT: nothing there. ECONNREFUSED: nobody listens any more.</exception>
    public static SeqPacketSocket ConnectStream(string path) => AtPath(path, "connect", &connect, Stream);

    /// <summary>Binds a socket without connections (SOCK_DGRAM) to a path, which must not exist.</summary>
    /// <exception cref="LinuxException">EADDRINUSE: something has that name.</exception>
    public static SeqPacketSocket BindDatagram(string path) => AtPath(path, "bind", &bind, Datagram);

    /// <summary>Makes a socket without connections (SOCK_DGRAM) that sends to the one at a path; a path that begins with @ is an abstract name.</summary>
    /// <exception cref="LinuxException">ENOENT: nothing there. ECONNREFUSED: nobody listens any more.</exception>
    public static SeqPacketSocket ConnectDatagram(string path) => AtPath(path, "connect", &connect, Datagram);

    /// <summary>Waits for somebody to connect.</summary>
    /// <returns>Null after <paramref name="timeout"/>; null waits without end.</returns>
    public SeqPacketSocket? Accept(TimeSpan? timeout)
    {
        using var held = new Held(this);
        while (Descriptors.Descriptor.WaitReadable(held.Descriptor, timeout))
        {
            int peer = accept4(held.Descriptor, null, null, CloseOnExec);
            if (peer >= 0) { return Own(peer); }
            LinuxException failure = LinuxException.FromLastError("accept", "unix");
            if (failure.Errno is not (Errno.EINTR or Errno.ECONNABORTED)) { throw failure; }
        }

        return null;
    }

    /// <summary>The other end reads end of file after what was sent; what it sends still arrives here. See shutdown(2).</summary>
    public void EndSending()
    {
        if (shutdown(this, ShutdownWriting) != 0) { throw LinuxException.FromLastError("shutdown", "unix"); }
    }

    /// <summary>Who was at the other end when the connection was made. See SO_PEERCRED in unix(7).</summary>
    public PeerCredentials Peer()
    {
        PeerCredentials peer = default;
        uint length = (uint)sizeof(PeerCredentials);
        return getsockopt(this, SocketLevel, PeerCredentialsOption, &peer, &length) == 0
            ? peer
            : throw LinuxException.FromLastError("getsockopt", "SO_PEERCRED");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0; // never repeated: Linux frees the number even on EINTR

    private const int UnixFamily = 1;
    private const int SeqPacket = 5;
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const int SocketLevel = 1;
    private const int ShutdownWriting = 1;
    private const int PeerCredentialsOption = 17;
    private const int MaxPathBytes = 107; // of sockaddr_un, without the final zero

    private static SeqPacketSocket AtPath(string path, string call, delegate*<int, byte*, uint, int> act, int type = SeqPacket)
    {
        int fd = socket(UnixFamily, type | CloseOnExec, 0);
        if (fd < 0) { throw LinuxException.FromLastError("socket", path); }
        SeqPacketSocket result = Own(fd);
        try
        {
            using DirFd? directory = Encoding.UTF8.GetByteCount(path) > MaxPathBytes ? DirFd.Open(Path.GetDirectoryName(path) ?? "/") : null;
            string name = directory is null ? path : $"/proc/self/fd/{directory.Number}/{Path.GetFileName(path)}";
            Span<byte> address = stackalloc byte[2 + MaxPathBytes + 1];
            address.Clear();
            BitConverter.TryWriteBytes(address, (ushort)UnixFamily);
            if (Encoding.UTF8.GetByteCount(name) > MaxPathBytes) { throw new LinuxException(call, path, Errno.ENAMETOOLONG); }
            int nameBytes = Encoding.UTF8.GetBytes(name, address[2..]);
            bool isAbstract = type == Datagram && name.StartsWith('@');
            if (isAbstract) { address[2] = 0; }
            uint length = isAbstract ? 2u + (uint)nameBytes : (uint)address.Length; // an abstract name's zeros count
            fixed (byte* p = address)
            {
                int done;
                do { done = act(fd, p, length); }
                while (done < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
                if (done < 0) { throw LinuxException.FromLastError(call, path); }
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(SeqPacketSocket socket, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* both);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(SeqPacketSocket descriptor, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(SeqPacketSocket descriptor, int level, int option, PeerCredentials* value, uint* length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    /// <summary>Keeps the descriptor from being closed while a call uses it.</summary>
    private readonly ref struct Held
    {
        private readonly SeqPacketSocket _owner;

        public Held(SeqPacketSocket owner)
        {
            bool added = false;
            owner.DangerousAddRef(ref added);
            _owner = owner;
        }

        public int Descriptor => (int)_owner.handle;

        public void Dispose() => _owner.DangerousRelease();
    }
}

/// <summary>struct ucred: who is at the other end.</summary>
/// <param name="Pid">In this process's pid namespace; 0 if it has none there.</param>
/// <param name="User">In this process's user namespace.</param>
/// <param name="Group">In this process's user namespace.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PeerCredentials(int Pid, uint User, uint Group);
