using System.Text.Json;
using Inro.Engine.Health;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Tests the health of the shim's container: one check at a time, by a process in it or by a connection to it.</summary>
internal sealed class ShimHealth : IDisposable
{
    private readonly HealthPlan plan;
    private readonly ShimConfig config;
    private readonly IContainerHost host;
    private readonly PidFd container;
    private readonly TimeProvider clock;
    private readonly long startedAt;
    private readonly List<ShimConnection> waiting = [];
    private HealthRecord record;
    private HealthCheckRun? run;

    public ShimHealth(HealthPlan plan, ShimConfig config, IContainerHost host, PidFd container, TimeProvider clock, TimeSpan age, HealthRecord? last)
    {
        this.plan = plan;
        this.config = config;
        this.host = host;
        this.container = container;
        this.clock = clock;
        startedAt = Environment.TickCount64 - (long)age.TotalMilliseconds;
        record = last ?? HealthRecord.Initial with { IsStartingUp = plan.Startup is not null };
        Write();
        Plan();
    }

    /// <summary>When something is to be done, as <see cref="Environment.TickCount64"/> counts.</summary>
    public long WakesAt { get; private set; }

    /// <summary>A check is on its way.</summary>
    public bool IsBusy => run is not null;

    /// <summary>Pid of the process that tests; 0: none does.</summary>
    public int Pid => run?.Pid ?? 0;

    /// <summary>What is tested now.</summary>
    private HealthPlan Now => record.IsStartingUp ? plan.Startup ?? plan : plan;

    /// <summary>What the bundle says; null: the container has no check.</summary>
    public static HealthPlan? ReadPlan(string bundle)
    {
        string path = bundle + "/" + HealthPlan.FileName;
        using SafeFileHandle? file = Descriptor.OpenIfThere(path, OpenFlags.Read);
        if (file is null) { return null; }

        try { return HealthPlan.Decode(ShimFiles.ReadAll(file, HealthPlan.MaxBytes)); }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new ShimException(ExitStatuses.RunFailed, $"{path} cannot be read: {failure.Message}", "start the container again", failure);
        }
    }

    /// <summary>Begins a check; the caller watches the launch.</summary>
    public ShimLaunch Check(ShimServer server, PollLoop loop)
    {
        run = new HealthCheckRun(clock.NowNanoseconds(), exit => Ended(exit, server), loop);
        WakesAt = Environment.TickCount64 + (long)Now.Timeout.TotalMilliseconds;
        return new HealthLaunch(server, run, Work(run));
    }

    /// <summary>The check that runs takes too long.</summary>
    public void GiveUp()
    {
        WakesAt = long.MaxValue; // until it has ended
        run?.GiveUp(FormattableString.Invariant($"Health check exceeded timeout ({Now.Timeout.TotalSeconds}s)"));
    }

    /// <summary>Answers when the next check is through, which is made at once.</summary>
    public void Answer(ShimConnection connection)
    {
        waiting.Add(connection);
        if (!IsBusy) { WakesAt = 0; }
    }

    /// <inheritdoc/>
    public void Dispose() => run?.Dispose();

    private Func<HostedProcess?> Work(HealthCheckRun check)
    {
        if (host.IsPaused) { return () => throw new ShimException(ExitStatuses.RunFailed, "the container is paused"); }

        HealthPlan now = Now;
        if (now.Address is { } address)
        {
            return () =>
            {
                check.Found = host.InNetwork(container, () => NetworkProbe.Run(address, now.Timeout));
                return null;
            };
        }

        CancellationToken ct = check.Token;
        SafeFileHandle output = check.TakeOutput();
        return () =>
        {
            using (output) { return host.Exec(now.Process.Span, new HostedStdio(null, output, output), size: null, kept: [], ct); }
        };
    }

    private void Ended((int ExitCode, string Output) found, ShimServer server)
    {
        HealthCheckRun ended = run!; // it called
        run = null;
        ended.Dispose();
        if (host.IsPaused) // it stood still, which says nothing
        {
            Plan();
            return;
        }

        HealthState before = record.State;
        record = record.After(new HealthResult(ended.StartNanoseconds, clock.NowNanoseconds(), found.ExitCode, found.Output), plan, Age);
        Write();
        Plan();
        foreach (ShimConnection connection in waiting) { connection.Send(new ShimMessage { Kind = ShimMessageKind.Done, ExitCode = found.ExitCode, Problem = found.Output }); }

        waiting.Clear();
        if (record.State != before) { server.OnHealthChanged(HealthRecordFile.NameOf(record.State)); }

        if (!record.HasFailedToStart(plan)) { return; }

        WakesAt = long.MaxValue; // it is started again
        server.OnHealthChanged(HealthRecordFile.FailedToStart);
    }

    private TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - startedAt);

    private void Plan() => WakesAt = Environment.TickCount64 + (long)record.Pause(plan, Age).TotalMilliseconds;

    private void Write()
    {
        try { HealthRecordFile.Write(config.RunDirectory, record); }
        catch (LinuxException) { return; } // a full memory file system: the next one may find room
    }
}
