namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    private RunLimit? limit;

    /// <summary>How long the container has run already; a shim that adopts it was not there.</summary>
    private TimeSpan Age => isAdopted ? TimeSpan.FromTicks((clock.NowNanoseconds() - status!.StartedAtNanoseconds) / TimeSpan.NanosecondsPerTick) : TimeSpan.Zero; // status: written

    // After the start, and after a killed shim was replaced.
    private void WatchRun()
    {
        PidFiles.Write(config, process!.Pid); // it is there
        if (!status!.IsHeld) { WatchTimes(); } // written before
    }

    // From the moment at which its program begins.
    private void WatchTimes()
    {
        limit = RunLimit.Of(config, Age);
        WatchHealth();
    }

    private void KeepTime()
    {
        if (limit is not null && process is not null && !HasEnded) { limit.Look(process.Process); }
    }
}
