using System.Text;
using Inro.Engine.Health;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>One check: its process, what that writes, and its end. In the loop while the process runs.</summary>
internal sealed class HealthCheckRun(long startNanoseconds, Action<(int ExitCode, string Output)> ended, PollLoop loop) : IPollSource, IDisposable
{
    private readonly CancellationTokenSource giveUp = new();
    private readonly byte[] buffer = new byte[HealthRecord.MaxOutputBytes];
    private PipeEnds? pipe;
    private CheckOutput? output;
    private HostedProcess? process;
    private string? late;
    private int length;
    private bool isOver;

    /// <summary>When it began.</summary>
    public long StartNanoseconds { get; } = startNanoseconds;

    /// <summary>What a check without a process found.</summary>
    public (int ExitCode, string Output)? Found { get; set; }

    /// <summary>Set when it is given up.</summary>
    public CancellationToken Token => giveUp.Token;

    /// <summary>Pid of the process; 0: there is none yet.</summary>
    public int Pid => process?.Pid ?? 0;

    /// <inheritdoc/>
    public int Descriptor => process!.Process.Number; // in the loop only with one

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <summary>The side of a pipe that the process writes to; the other is read here.</summary>
    public SafeFileHandle TakeOutput()
    {
        PipeEnds made = Inro.Linux.Descriptors.Descriptor.Pipe();
        Inro.Linux.Descriptors.Descriptor.SetNonBlocking(made.Read);
        pipe = made;
        return made.Write;
    }

    /// <summary>It was launched; null: it needed no process and is through.</summary>
    public void Launched(HostedProcess? started)
    {
        process = started;
        if (started is null)
        {
            End(Found ?? (1, "the check found nothing"));
            return;
        }

        output = new CheckOutput(this, pipe!.Read); // made before the launch
        loop.Add(this);
        loop.Add(output);
        if (late is not null) { started.Process.Kill(); }
    }

    /// <summary>It could not be launched.</summary>
    public void Failed(string why) => End(late is null ? (1, why) : (-1, late));

    /// <summary>Takes too long: its process is ended.</summary>
    public void GiveUp(string why)
    {
        late = why;
        giveUp.Cancel();
        process?.Process.Kill();
    }

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        ExitStatus? how = null;
        try { how = process!.Process.Reap(TimeSpan.Zero); }
        catch (LinuxException failure) when (failure.Errno == Errno.ECHILD) { /* the container's end took it */ }

        output!.OnReady(PollEvents.Readable); // what is there; a child of it may hold the pipe open
        End(late is null ? (how?.Code ?? 1, Encoding.UTF8.GetString(buffer, 0, length)) : (-1, late));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isOver = true;
        giveUp.Dispose();
        loop.Remove(this);
        if (output is not null) { loop.Remove(output); }

        pipe?.Dispose();
        process?.Dispose();
    }

    private void End((int ExitCode, string Output) found)
    {
        if (!isOver) { ended(found); }
    }

    /// <summary>Reads what the process writes: the beginning is kept, the rest is dropped.</summary>
    private sealed class CheckOutput(HealthCheckRun run, SafeFileHandle source) : IPollSource
    {
        private readonly byte[] dropped = new byte[HealthRecord.MaxOutputBytes];
        private bool hasEnded;

        /// <inheritdoc/>
        public int Descriptor => (int)source.DangerousGetHandle();

        /// <inheritdoc/>
        public PollEvents Wanted => hasEnded ? PollEvents.None : PollEvents.Readable;

        /// <inheritdoc/>
        public void OnReady(PollEvents happened)
        {
            bool isFull = run.length == run.buffer.Length;
            int count = Inro.Linux.Descriptors.Descriptor.Read(source, isFull ? dropped : run.buffer.AsSpan(run.length));
            if (count > 0 && !isFull) { run.length += count; }

            hasEnded = count == 0;
        }
    }
}

/// <summary>The launch of a check.</summary>
internal sealed class HealthLaunch : ShimLaunch
{
    private readonly HealthCheckRun run;

    public HealthLaunch(ShimServer server, HealthCheckRun run, Func<HostedProcess?> launch)
        : base(server, launch)
    {
        this.run = run;
        Begin();
    }

    /// <inheritdoc/>
    public override void OnStarted(HostedProcess? process) => run.Launched(process);

    /// <inheritdoc/>
    public override void OnFailed(Exception reason) => run.Failed(reason.Message);
}
