using System.Globalization;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Where a runtime sends the terminal that it has made.</summary>
internal sealed class ForeignConsole : IDisposable
{
    private readonly DirFd directory;
    private readonly SeqPacketSocket listener;
    private readonly string path;

    public ForeignConsole(string path)
    {
        this.path = path;
        Descriptor.Unlink(path);
        listener = SeqPacketSocket.ListenStream(path);
        directory = DirFd.Open(System.IO.Path.GetDirectoryName(path)!); // absolute
        Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{directory.Number}/{System.IO.Path.GetFileName(path)}"); // a socket's address holds 107 bytes
    }

    /// <summary>The socket, by a short name that leads there while this lives.</summary>
    public string Path { get; }

    /// <summary>The terminal's master; null: none came.</summary>
    public SafeFileHandle? Take(TimeSpan patience)
    {
        using SeqPacketSocket? connection = listener.Accept(patience);
        List<SafeFileHandle> received = [];
        connection?.Receive(new byte[4096], patience, received);
        return received.Count > 0 ? received[0] : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Dispose();
        directory.Dispose();
        Descriptor.Unlink(path);
    }
}
