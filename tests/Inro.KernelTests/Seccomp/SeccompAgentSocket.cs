using System.Runtime.InteropServices;
using System.Text.Json;
using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;
using System.Net.Sockets;

namespace Inro.KernelTests.Seccomp;

/// <summary>A seccomp agent that answers one call of each process with an errno, on a thread of its own.</summary>
internal sealed class SeccompAgentSocket : IDisposable
{
    /// <summary>What a refused call fails with: nothing else does.</summary>
    public const int RefusedWith = 33; // EDOM

    private const int NotificationBytes = 80;
    private const int ResponseBytes = 24;
    private const nuint ReceiveRequest = 0xC0502100; // SECCOMP_IOCTL_NOTIF_RECV
    private const nuint SendRequest = 0xC0182101; // SECCOMP_IOCTL_NOTIF_SEND

    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SeqPacketSocket listener;

    public SeccompAgentSocket(string path)
    {
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        SafeFileHandle same = Descriptor.Duplicate(new SafeFileHandle(socket.Handle, ownsHandle: false));
        listener = SeqPacketSocket.Own((int)same.DangerousGetHandle()); // the framework's sockets cannot receive descriptors
        same.SetHandleAsInvalid();
    }

    /// <summary>Waits for one process and refuses its first call that asks; gives what was said of the process and the call's number.</summary>
    public Task<(JsonElement Said, int Call)> RefuseOne() => Task.Run(() =>
    {
        TimeSpan patience = Machine.Patience(TimeSpan.FromSeconds(20));
        using SeqPacketSocket connection = listener.Accept(patience) ?? throw new TimeoutException("nobody connected");
        List<SafeFileHandle> received = [];
        byte[] text = new byte[64 * 1024];
        int length = connection.Receive(text, patience, received);
        if (connection.Receive(new byte[1], patience) != 0) { throw new InvalidOperationException("the connection stayed open"); }

        JsonElement said = JsonDocument.Parse(text.AsMemory(0, length)).RootElement;
        using SafeFileHandle notifications = received.Single();
        return (said, Refuse((int)notifications.DangerousGetHandle(), patience));
    });

    public void Dispose()
    {
        listener.Dispose();
        socket.Dispose();
    }

    private static int Refuse(int notifications, TimeSpan patience)
    {
        if (!Descriptor.WaitReadable(notifications, patience)) { throw new TimeoutException("no call asked"); }

        nint notification = Marshal.AllocHGlobal(NotificationBytes + ResponseBytes);
        try
        {
            for (int i = 0; i < NotificationBytes + ResponseBytes; i += 8) { Marshal.WriteInt64(notification, i, 0); }

            if (ioctl(notifications, ReceiveRequest, notification) != 0) { throw new InvalidOperationException($"receive: {Marshal.GetLastPInvokeError()}"); }

            nint response = notification + NotificationBytes;
            Marshal.WriteInt64(response, Marshal.ReadInt64(notification)); // id
            Marshal.WriteInt32(response, 16, -RefusedWith);
            if (ioctl(notifications, SendRequest, response) != 0) { throw new InvalidOperationException($"send: {Marshal.GetLastPInvokeError()}"); }

            return Marshal.ReadInt32(notification, 16);
        }
        finally { Marshal.FreeHGlobal(notification); }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(int descriptor, nuint request, nint argument);
}
