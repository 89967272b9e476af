using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A shim in a session of its own that has not been told yet to go on. It touches nothing; disposed before, it goes.</summary>
/// <remarks>Its own start takes as long as everything that its starter finds out and makes, so it is started first and both pass side by side.</remarks>
public sealed class WaitingShim : IDisposable
{
    private const string ProcessName = "inro";

    /// <summary>How long a shim that was told to prepare may take to take that back.</summary>
    private static readonly TimeSpan TakeBackPatience = TimeSpan.FromSeconds(10);

    private readonly SeqPacketSocket shim;
    private bool isPrepared;
    private bool isTold;

    private WaitingShim(SeqPacketSocket shim, string containerDirectory, int pid)
    {
        Pid = pid;
        this.shim = shim;
        ContainerDirectory = containerDirectory;
    }

    /// <summary>Its process, a child of this one.</summary>
    public int Pid { get; }

    /// <summary>Whose shim it is.</summary>
    internal string ContainerDirectory { get; }

    /// <summary>Starts it.</summary>
    /// <param name="containerDirectory">Where shim.json will stand when it is told to go on, and config.json at the start. The process is known by it.</param>
    /// <exception cref="ShimException">It cannot be started.</exception>
    public static WaitingShim Start(string containerDirectory)
    {
        (SeqPacketSocket near, SeqPacketSocket far) = SeqPacketSocket.Pair();
        try
        {
            int pid;
            using (far)
            using (SafeFileHandle none = Inro.Linux.Descriptors.Descriptor.Open("/dev/null", OpenFlags.ReadWrite))
            {
                pid = ProcessSpawn.Start(new SpawnRequest
                {
                    Path = "/proc/self/exe",
                    Arguments = [ProcessName, "internal", "shim", containerDirectory],
                    Environment = ShimEnvironment.Inherited(),
                    Descriptors = [new(0, none), new(1, none), new(2, none), new(ShimProcess.StarterDescriptor, far)],
                    NewSession = true,
                    BlockedSignals = [ChildSignals.Number], // before the runtime's threads exist, so that all have it
                });
            }

            return new WaitingShim(near, containerDirectory, pid);
        }
        catch (LinuxException failure)
        {
            near.Dispose();
            throw new ShimException(ExitStatuses.RunFailed, $"the container's shim cannot be started: {failure.Message}", inner: failure);
        }
    }

    /// <summary>Lets it make what any start of the container needs. Returns at once: what goes wrong is told at the start.</summary>
    /// <param name="held">
    /// The container's lock, which the shim holds, too, until it has answered: a starter that is killed meanwhile leaves no moment in
    /// which another command could take back what the shim is just making.
    /// </param>
    internal void Prepare(FileLock held)
    {
        isPrepared = true;
        Send(ShimMessageKind.Prepare, held);
    }

    /// <summary>Lets it start the container; returns when the process runs.</summary>
    /// <param name="attach">Attach from before the first byte of output; null: start only.</param>
    /// <param name="size">Size of the container's terminal from its first moment; null: the kernel's 0×0.</param>
    /// <param name="holds">The program waits until <see cref="ShimClient.LetGo"/>.</param>
    /// <exception cref="ShimException">Not started; nothing is left.</exception>
    internal ShimClient StartContainer(AttachRequest? attach, WindowSize? size, bool holds)
    {
        isTold = true; // the socket is the client's now
        return ShimClient.Begin(shim, attach, size, holds);
    }

    /// <summary>Lets it take over a container whose shim was killed; returns when it watches, or has written what it found.</summary>
    /// <inheritdoc cref="Prepare"/>
    /// <remarks>The caller holds the container's lock: of two shims at once the later would take the socket.</remarks>
    /// <exception cref="ShimException">The container does not run as far as its last shim knew.</exception>
    internal ShimClient Adopt(FileLock held)
    {
        Send(ShimMessageKind.Adopt, held);
        isTold = true;
        return ShimClient.AwaitStarted(shim);
    }

    /// <summary>Unless it was told to start: it takes back what it has prepared and goes; returns when that is done.</summary>
    public void Dispose()
    {
        if (isTold) { return; }

        isTold = true;
        if (isPrepared) { AwaitEnd(); }

        shim.Dispose();
    }

    private void Send(ShimMessageKind kind, FileLock held)
    {
        byte[] message = ShimMessageCodec.Encode(new ShimMessage { Kind = kind, Version = ShimVersion.Current });
        try { shim.Send(message, default, [held.File]); }
        catch (LinuxException failure)
        {
            throw new ShimException(ExitStatuses.RunFailed, $"the container's shim is gone: {failure.Message}", "see the kernel's log for what ended it, then try again", failure);
        }
    }

    private void AwaitEnd()
    {
        byte[] nothing = new byte[1];
        try
        {
            shim.EndSending();
            shim.Receive(nothing, TakeBackPatience, []);
        }
        catch (LinuxException) { return; } // it is gone, or said something that nobody needs any more
    }
}
