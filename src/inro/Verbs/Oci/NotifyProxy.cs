using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Stands between a container that tells when it is ready and the service manager that wants to know: the manager's own socket never gets into a container.</summary>
/// <remarks>See sd_notify(3). Of what the container says only its first READY line is passed on, with the pid that the manager shall watch.</remarks>
internal sealed class NotifyProxy : IDisposable
{
    private const string Inside = "/run/notify";
    private const string SocketName = "notify.sock";
    private const int MaxMessageBytes = 4096;
    private const UnixFileMode ForAll = (UnixFileMode)0x1FF; // 0777
    private static readonly TimeSpan BarrierLimit = TimeSpan.FromSeconds(30);

    private readonly string manager;
    private readonly string directory;
    private SeqPacketSocket? socket;

    private NotifyProxy(string manager, string directory)
    {
        this.manager = manager;
        this.directory = directory;
    }

    /// <summary>One for the socket that $NOTIFY_SOCKET names; null where none is named.</summary>
    public static NotifyProxy? ForCaller(string root, string id) =>
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 } manager ? new NotifyProxy(manager, $"{root}/{id}/notify") : null;

    /// <summary>The configuration with the socket's directory and its name in it.</summary>
    public RuntimeConfig Add(RuntimeConfig config)
    {
        var mount = new MountConfig { Destination = Inside, Source = directory, Options = ["bind", "nosuid", "noexec", "nodev", "ro"] };
        ProcessConfig? process = config.Process is { } own ? own with { Env = [.. own.Env, $"NOTIFY_SOCKET={Inside}/{SocketName}"] } : null;
        return config with { Mounts = [.. config.Mounts, mount], Process = process };
    }

    /// <summary>Makes the directory, in the container's state directory.</summary>
    /// <param name="listen">Whether the program starts at once.</param>
    public void Prepare(bool listen)
    {
        System.IO.Directory.CreateDirectory(directory, (UnixFileMode)0x1ED); // 0755
        if (listen) { Listen(); }
    }

    /// <summary>Begins to listen, if the container was made with a proxy.</summary>
    public bool TryListen()
    {
        bool exists = System.IO.Directory.Exists(directory);
        if (exists) { Listen(); }

        return exists;
    }

    /// <summary>Waits until the container is ready and tells the manager, or until it ends.</summary>
    /// <param name="process">The container's first process.</param>
    /// <param name="pid">Whom the manager shall watch.</param>
    public void Follow(PidFd process, int pid)
    {
        if (socket is { } listening && WaitForReady(listening, process) is { } ready) { Tell(ready, pid); }
    }

    /// <summary>The same without waiting for it.</summary>
    public void FollowBeside(PidFd process, int pid)
    {
        var thread = new Thread(() =>
        {
            try { Follow(process, pid); }
            catch (Exception e) when (e is LinuxException or ObjectDisposedException) { return; } // the manager is gone, or the program is ending
        }) { IsBackground = true };
        thread.Start();
    }

    public void Dispose() => socket?.Dispose();

    private void Listen()
    {
        string path = $"{directory}/{SocketName}";
        System.IO.File.Delete(path);
        socket = SeqPacketSocket.BindDatagram(path);
        System.IO.File.SetUnixFileMode(path, ForAll);
    }

    private static string? WaitForReady(SeqPacketSocket socket, PidFd process)
    {
        byte[] buffer = new byte[MaxMessageBytes];
        while (true)
        {
            Span<PollEntry> entries =
            [
                new PollEntry { Descriptor = socket.Number, Wanted = PollEvents.Readable },
                new PollEntry { Descriptor = process.Number, Wanted = PollEvents.Readable },
            ];
            Descriptor.Poll(entries, -1);
            if (entries[0].Happened != PollEvents.None)
            {
                if (Receive(socket, buffer) is { } ready) { return ready; }
            }
            else if (entries[1].Happened != PollEvents.None) { return null; }
        }
    }

    private static string? Receive(SeqPacketSocket socket, byte[] buffer)
    {
        List<SafeFileHandle> descriptors = [];
        try
        {
            int length = socket.Receive(buffer, TimeSpan.Zero, descriptors);
            return length <= 0 ? null : ReadyLine(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (LinuxException e) when (e.Errno == Errno.EMSGSIZE) { return null; } // longer than any message that counts
        finally
        {
            foreach (SafeFileHandle descriptor in descriptors) { descriptor.Dispose(); }
        }
    }

    internal static string? ReadyLine(string message) => Array.Find(message.Split('\n'), static line => line.StartsWith("READY=", StringComparison.Ordinal));

    // The manager has taken everything when it closes what came with the barrier: only then may this process end.
    private void Tell(string ready, int pid)
    {
        using SeqPacketSocket host = SeqPacketSocket.ConnectDatagram(manager);
        host.Send(Encoding.UTF8.GetBytes(ready + "\n"));
        host.Send(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"MAINPID={pid}\n")));
        using PipeEnds barrier = Descriptor.Pipe();
        host.Send("BARRIER=1"u8, descriptors: [barrier.Write]);
        barrier.Write.Dispose();
        Descriptor.WaitReadable((int)barrier.Read.DangerousGetHandle(), BarrierLimit);
    }
}
