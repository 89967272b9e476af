using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A client that wants a container's streams from the first byte of its next run, whoever starts it.</summary>
/// <remarks>
/// A FIFO in the container's directory of those who wait, which the client holds open for reading. The shim opens it for writing at the
/// start: that fails where the client is gone, wakes it where it is there, and tells the shim for how many it must wait before it
/// reads any output. A client that is killed leaves a name that the next start removes.
/// </remarks>
public sealed class AttachTicket : IDisposable
{
    private const uint Mode = 0x180; // 0600
    private const int NameBytes = 8;

    private readonly string directory;
    private readonly string path;
    private readonly SafeFileHandle bell;

    private AttachTicket(string directory, string path, SafeFileHandle bell)
    {
        this.directory = directory;
        this.path = path;
        this.bell = bell;
    }

    /// <summary>For poll(2): readable, or hung up, once a shim has called.</summary>
    public int Descriptor => (int)bell.DangerousGetHandle();

    /// <summary>Begins to wait.</summary>
    /// <param name="directory"><see cref="InstancePaths.AttachDirectory"/> of the container.</param>
    public static AttachTicket Take(string directory)
    {
        for (; ; )
        {
            Directory.CreateDirectory(directory, UnixMode.OwnerOnly);
            string name = directory + "/" + KernelRandom.Hex(NameBytes);
            try
            {
                Linux.Descriptors.Descriptor.MakeFifo(name, Mode);
                return new AttachTicket(directory, name, Linux.Descriptors.Descriptor.Open(name, OpenFlags.Read | OpenFlags.NonBlocking | OpenFlags.NoFollow));
            }
            catch (LinuxException gone) when (gone.Errno == Errno.ENOENT) { /* another client has just left, and taken the empty directory away; or a start has called us already */ }
        }
    }

    /// <summary>Wakes all who wait, and forgets them; returns how many there are.</summary>
    internal static int CallAll(string? directory)
    {
        if (directory is null || !Directory.Exists(directory)) { return 0; }

        int called = 0;
        try
        {
            foreach (string waiting in Directory.EnumerateFiles(directory))
            {
                if (TryCall(waiting)) { called++; }

                Linux.Descriptors.Descriptor.Unlink(waiting);
            }
        }
        catch (DirectoryNotFoundException) { /* the last one has just left */ }

        return called;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bell.Dispose();
        Linux.Descriptors.Descriptor.Unlink(path);
        try { Directory.Delete(directory); }
        catch (IOException) { /* others wait, too; or another one was faster */ }
    }

    private static bool TryCall(string waiting)
    {
        try
        {
            using SafeFileHandle clapper = Linux.Descriptors.Descriptor.Open(waiting, OpenFlags.Write | OpenFlags.NonBlocking | OpenFlags.NoFollow);
            return Linux.Descriptors.Descriptor.Write(clapper, "!"u8) == 1;
        }
        catch (LinuxException) { return false; } // ENXIO: it was killed; ENOENT: it has just left
    }
}
