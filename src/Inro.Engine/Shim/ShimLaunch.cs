using System.Runtime.ExceptionServices;
using Inro.Linux;
using Inro.Linux.Descriptors;

namespace Inro.Engine.Shim;

/// <summary>The launch of a further process, on a thread of its own: a process that is stopped and a file system that hangs may keep it waiting, the shim goes on.</summary>
internal abstract class ShimLaunch : IPollSource, IDisposable
{
    private const int StackBytes = 512 * 1024;

    private readonly PipeEnds through = Inro.Linux.Descriptors.Descriptor.Pipe();
    private readonly ShimServer server;
    private readonly Thread thread;
    private HostedProcess? started;
    private Exception? failure;

    protected ShimLaunch(ShimServer server, Func<HostedProcess?> launch)
    {
        this.server = server;
        thread = new Thread(() => Run(launch), StackBytes) { IsBackground = true };
    }

    /// <inheritdoc/>
    public int Descriptor => (int)through.Read.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => server.OnLaunched(this);

    /// <summary>It is through: the process runs, and is the receiver's. Null: what was to be done needed none.</summary>
    public abstract void OnStarted(HostedProcess? process);

    /// <summary>It could not be done.</summary>
    public abstract void OnFailed(Exception reason);

    /// <summary>Call once, when it is through.</summary>
    /// <exception cref="ShimException">Not started.</exception>
    public HostedProcess? Take()
    {
        thread.Join();
        if (failure is not null) { ExceptionDispatchInfo.Throw(failure); }

        return started;
    }

    /// <inheritdoc/>
    public virtual void Dispose() => through.Dispose();

    /// <summary>Begins.</summary>
    /// <exception cref="OutOfMemoryException">The system gives no thread.</exception>
    protected void Begin() => thread.Start();

    private void Run(Func<HostedProcess?> launch)
    {
        try { started = launch(); }
        catch (Exception e) { failure = e is ShimException or LinuxException ? e : new ShimException(ExitStatuses.RunFailed, e.Message, inner: e); }

        through.Write.Dispose(); // end of file wakes the loop
    }
}
