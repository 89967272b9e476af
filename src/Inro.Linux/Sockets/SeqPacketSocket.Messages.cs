using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Sockets;

public sealed unsafe partial class SeqPacketSocket
{
    /// <summary>Sends one message.</summary>
    /// <param name="first">Its bytes; a message without any would look like the end.</param>
    /// <param name="second">More bytes of the same message.</param>
    /// <param name="descriptors">Go with it; stay the caller's.</param>
    /// <exception cref="LinuxException">EPIPE: the other end is closed. EMSGSIZE: larger than the socket's buffer.</exception>
    public void Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, IReadOnlyList<SafeHandle>? descriptors = null)
    {
        int count = descriptors?.Count ?? 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxDescriptors, nameof(descriptors));
        byte* control = stackalloc byte[ControlBytes(count)];
        int added = 0;
        try
        {
            for (; added < count; added++)
            {
                bool held = false;
                descriptors![added].DangerousAddRef(ref held); // not null: count is above zero
                *(int*)(control + ControlHeaderBytes + (added * sizeof(int))) = (int)descriptors[added].DangerousGetHandle();
            }

            fixed (byte* a = first, b = second)
            {
                Part* parts = stackalloc Part[2];
                parts[0] = new Part { Base = a, Length = (nuint)first.Length };
                parts[1] = new Part { Base = b, Length = (nuint)second.Length };
                var message = new Message { Parts = parts, PartCount = second.IsEmpty ? 1u : 2u };
                AddRights(&message, control, count);
                Send(&message);
            }
        }
        finally
        {
            while (added > 0) { descriptors![--added].DangerousRelease(); } // not null: added is above zero
        }
    }

    /// <summary>Receives one message.</summary>
    /// <param name="buffer">For its bytes.</param>
    /// <param name="timeout">How long to wait for it; null: without end.</param>
    /// <param name="descriptors">Gets what came with it, close-on-exec, the caller's to close; null refuses descriptors.</param>
    /// <returns>Bytes received; 0 is the end of file; -1 says that the time is over.</returns>
    /// <exception cref="LinuxException">EMSGSIZE: the message was larger than the buffer, or carried more than was wanted; it is lost.</exception>
    public int Receive(Span<byte> buffer, TimeSpan? timeout, ICollection<SafeFileHandle>? descriptors = null)
    {
        using var held = new Held(this);
        if (!Descriptors.Descriptor.WaitReadable(held.Descriptor, timeout)) { return -1; }
        byte* control = stackalloc byte[ControlBytes(MaxDescriptors)];
        fixed (byte* p = buffer)
        {
            var part = new Part { Base = p, Length = (nuint)buffer.Length };
            var message = new Message { Parts = &part, PartCount = 1, Control = control, ControlLength = (nuint)ControlBytes(MaxDescriptors) };
            nint length;
            do { length = recvmsg(held.Descriptor, &message, CloseOnExecMessages); }
            while (length < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
            if (length < 0)
            {
                LinuxException failure = LinuxException.FromLastError("recvmsg", "unix");
                return failure.Errno == Errno.ECONNRESET ? 0 : throw failure; // the other end closed with messages unread
            }

            bool wanted = TakeRights(&message, descriptors);
            return wanted && (message.Flags & (TruncatedBytes | TruncatedControl)) == 0
                ? (int)length
                : throw new LinuxException("recvmsg", "unix", Errno.EMSGSIZE);
        }
    }

    private const int ControlHeaderBytes = 16;
    private const int RightsType = 1;
    private const int NoSignal = 0x4000;
    private const int CloseOnExecMessages = 0x40000000;
    private const int TruncatedControl = 8;
    private const int TruncatedBytes = 0x20;

    private static int ControlBytes(int count) => count == 0 ? 0 : ControlHeaderBytes + (((count * sizeof(int)) + 7) & ~7);

    private static void AddRights(Message* message, byte* control, int count)
    {
        if (count == 0) { return; }
        *(nuint*)control = (nuint)(ControlHeaderBytes + (count * sizeof(int)));
        *(int*)(control + 8) = SocketLevel;
        *(int*)(control + 12) = RightsType;
        message->Control = control;
        message->ControlLength = (nuint)ControlBytes(count);
    }

    /// <returns>False if descriptors came that nobody wanted; they are closed.</returns>
    private static bool TakeRights(Message* message, ICollection<SafeFileHandle>? into)
    {
        bool wanted = true;
        nuint offset = 0;
        while (offset + ControlHeaderBytes <= message->ControlLength)
        {
            byte* header = message->Control + offset;
            nuint length = *(nuint*)header;
            if (length < ControlHeaderBytes || length > message->ControlLength - offset) { break; }
            if (*(int*)(header + 8) == SocketLevel && *(int*)(header + 12) == RightsType)
            {
                int count = (int)(length - ControlHeaderBytes) / sizeof(int);
                for (int i = 0; i < count; i++)
                {
                    var received = new SafeFileHandle(*(int*)(header + ControlHeaderBytes + (i * sizeof(int))), ownsHandle: true);
                    if (into is not null) { into.Add(received); }
                    else
                    {
                        received.Dispose();
                        wanted = false;
                    }
                }
            }

            offset += (length + 7) & ~(nuint)7;
        }

        return wanted;
    }

    private void Send(Message* message)
    {
        using var held = new Held(this);
        while (sendmsg(held.Descriptor, message, NoSignal) < 0)
        {
            LinuxException failure = LinuxException.FromLastError("sendmsg", "unix");
            if (failure.Errno != Errno.EINTR) { throw failure; }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int descriptor, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int descriptor, Message* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
