using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Inro.Linux.Namespaces;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Netlink;

/// <summary>A routing socket: asks the kernel about one network namespace and changes it. See netlink(7).</summary>
internal sealed unsafe partial class NetlinkSocket : IDisposable
{
    private const int Family = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int Route = 0;
    private const int AnswerBytes = 64 * 1024;
    private const int Truncated = 0x20; // MSG_TRUNC
    private const ushort TypeError = 2;
    private const ushort TypeDone = 3;
    private const ushort FlagMulti = 2;

    /// <summary>Messages of one answer; a host has fewer devices and addresses.</summary>
    private const int MaxMessages = 1 << 20;

    private readonly SafeFileHandle socket;
    private readonly byte[] buffer = new byte[AnswerBytes];
    private uint sequence;

    private NetlinkSocket(SafeFileHandle socket) => this.socket = socket;

    /// <summary>Looks at one message of an answer: its type, and what follows its header.</summary>
    public delegate void Look(ushort type, ReadOnlySpan<byte> body);

    /// <summary>Opens one in the calling thread's network namespace.</summary>
    public static NetlinkSocket Open()
    {
        int fd = OpenRaw(Family, RawCloseOnExec, Route);
        return fd >= 0 ? new NetlinkSocket(new SafeFileHandle(fd, ownsHandle: true)) : throw LinuxException.FromLastError("socket", "netlink");
    }

    /// <summary>Opens one in another network namespace, on a thread of its own: a socket stays where it was made.</summary>
    /// <param name="network">A network namespace's file.</param>
    public static NetlinkSocket OpenIn(SafeFileHandle network)
    {
        NetlinkSocket? made = null;
        LinuxException? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.Join(network);
                made = Open();
            }
            catch (LinuxException e) { failure = e; }
        });
        thread.Start();
        thread.Join();
        return made ?? throw failure!; // one of the two was set
    }

    /// <summary>Makes a request to be sent by <see cref="Ask"/>.</summary>
    public NetlinkMessage Request(ushort type, ushort flags) => new(type, flags, ++sequence);

    /// <summary>Sends a request and gives out the messages of the answer.</summary>
    /// <param name="subject">For errors.</param>
    /// <exception cref="LinuxException">What the kernel answered.</exception>
    public void Ask(NetlinkMessage request, string subject, Look? look = null)
    {
        ReadOnlySpan<byte> bytes = request.Bytes;
        fixed (byte* p = bytes)
        {
            if (send(socket, p, (nuint)bytes.Length, 0) < 0) { throw LinuxException.FromLastError("netlink", subject); }
        }

        for (int count = 0; count < MaxMessages;)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, Receive(subject));
            while (TryMessage(ref rest, out ushort type, out ushort flags, out uint answered, out ReadOnlySpan<byte> body))
            {
                count++;
                if (answered != sequence) { continue; }

                if (type == TypeDone || (type == TypeError && Errno(body) == Linux.Errno.None)) { return; }

                if (type == TypeError) { throw new LinuxException("netlink", subject, Errno(body)); }

                look?.Invoke(type, body);
                if ((flags & FlagMulti) == 0) { return; } // the one message that was asked for
            }
        }

        throw new LinuxException("netlink", subject, Linux.Errno.EOVERFLOW);
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private int Receive(string subject)
    {
        fixed (byte* p = buffer)
        {
            while (true)
            {
                nint count = recv(socket, p, AnswerBytes, Truncated); // asked for so, the call returns the length that there was
                if (count > AnswerBytes) { throw new LinuxException("netlink", subject, Linux.Errno.EMSGSIZE); }

                if (count >= 0) { return (int)count; }

                if (Marshal.GetLastPInvokeError() != (int)Linux.Errno.EINTR) { throw LinuxException.FromLastError("netlink", subject); }
            }
        }
    }

    private static bool TryMessage(ref ReadOnlySpan<byte> rest, out ushort type, out ushort flags, out uint sequence, out ReadOnlySpan<byte> body)
    {
        (type, flags, sequence) = (0, 0, 0);
        body = default;
        if (rest.Length < NetlinkMessage.HeaderBytes) { return false; }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length < NetlinkMessage.HeaderBytes || length > (uint)rest.Length) { return false; }

        type = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        flags = BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]);
        sequence = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
        body = rest[NetlinkMessage.HeaderBytes..(int)length];
        rest = rest[Math.Min(NetlinkMessage.Aligned((int)length), rest.Length)..];
        return true;
    }

    // struct nlmsgerr begins with a negative errno, or zero for an acknowledgement.
    private static Errno Errno(ReadOnlySpan<byte> body) => body.Length < sizeof(int) ? Linux.Errno.EBADMSG : (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(body));

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenRaw(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(SafeFileHandle socket, byte* bytes, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(SafeFileHandle socket, byte* bytes, nuint length, int flags);
}
