using System.Net.Sockets;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>A console socket as callers of an OCI runtime have it: terminals arrive there as descriptors.</summary>
internal sealed class ConsoleSocket : IDisposable
{
    private readonly string path;
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SeqPacketSocket listener;

    public ConsoleSocket(string path)
    {
        this.path = path;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        SafeFileHandle same = Descriptor.Duplicate(new SafeFileHandle(socket.Handle, ownsHandle: false));
        listener = SeqPacketSocket.Own((int)same.DangerousGetHandle()); // the framework's sockets cannot receive descriptors
        same.SetHandleAsInvalid();
    }

    /// <summary>Sends a terminal here, as the program does that a runtime's caller starts.</summary>
    public void Send(SafeFileHandle master)
    {
        using (master)
        {
            using SeqPacketSocket connection = SeqPacketSocket.ConnectStream(path);
            connection.Send("/dev/ptmx"u8, descriptors: [master]);
        }
    }

    /// <summary>The terminal that was sent; null if none was.</summary>
    public SafeFileHandle? Take()
    {
        using SeqPacketSocket? connection = listener.Accept(TimeSpan.Zero);
        if (connection is null) { return null; }

        List<SafeFileHandle> received = [];
        connection.Receive(new byte[64], TimeSpan.FromSeconds(5), received);
        return Assert.Single(received);
    }

    /// <summary>Everything that is shown until nobody has the other end open any more.</summary>
    public static string ReadToEnd(SafeFileHandle master)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (Descriptor.WaitReadable((int)master.DangerousGetHandle(), TimeSpan.FromSeconds(20)))
        {
            int count = Descriptor.Read(master, buffer);
            if (count == -(int)Errno.EIO) { return System.Text.Encoding.UTF8.GetString(all.ToArray()).Replace("\r", "", StringComparison.Ordinal); }

            all.Write(buffer, 0, count);
        }

        throw new TimeoutException("somebody still has the other end of the terminal open");
    }

    public void Dispose()
    {
        listener.Dispose();
        socket.Dispose();
        File.Delete(path);
    }
}
