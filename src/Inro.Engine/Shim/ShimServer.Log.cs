using Inro.Engine.Logs;
using Inro.Linux.Descriptors;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    /// <summary>A begun line is stored as a piece after this time, so that a prompt can be seen and a kill loses little.</summary>
    private const int UnfinishedLineMilliseconds = 1000;

    /// <summary>Files are compressed when none was rotated for this long: what a fast writer is about to lose costs nothing.</summary>
    private const int PackingRestMilliseconds = 1000;

    /// <summary>When to ask again for a log that is just being written by its own thread.</summary>
    private const int BusyLogMilliseconds = 100;

    private long loggedBytes;
    private long unfinishedSince;
    private long seenRotations;
    private long packsAt = long.MaxValue;
    private LogPackerProcess? packer;

    private void WriteLog()
    {
        if (log is null) { return; }

        if (!log.HasUnfinishedLine) { unfinishedSince = Environment.TickCount64; }
        else if (Environment.TickCount64 - unfinishedSince >= UnfinishedLineMilliseconds)
        {
            log.EndLines(isPartial: true, clock.NowNanoseconds());
            unfinishedSince = Environment.TickCount64;
        }

        log.Flush();
        if (log.BytesWritten == loggedBytes) { return; }

        loggedBytes = log.BytesWritten;
        TellFollowers();
    }

    private void TellFollowers()
    {
        foreach (ShimConnection connection in connections)
        {
            if (!connection.AwaitsLog) { continue; }

            connection.AwaitsLog = false;
            connection.Send(new ShimMessage { Kind = ShimMessageKind.LogGrew, Position = loggedBytes });
        }
    }

    // Never waits, and takes nothing from the container: another process compresses, one file at a time.
    private void PackLog()
    {
        if (log?.Packing is not { } packing || HasEnded) { return; }

        long now = Environment.TickCount64;
        if (packing.Rotations != seenRotations)
        {
            seenRotations = packing.Rotations;
            packsAt = now + PackingRestMilliseconds;
        }

        if (packer is { HasEnded: true } && !TryBetween(EndPacking)) { packsAt = now + BusyLogMilliseconds; }

        if (packer is null && now >= packsAt) { packsAt = TryBetween(BeginPacking) ? long.MaxValue : now + BusyLogMilliseconds; }
    }

    private bool TryBetween(Action<LogPacking> act)
    {
        if (log!.Queue is { } queue) { return queue.TryBetween(() => act(log.Packing!)); } // log, packing: asked by the caller

        act(log.Packing!);
        return true;
    }

    private void BeginPacking(LogPacking packing)
    {
        packer = LogPackerProcess.TryStart(packing, config.Log.Driver);
        if (packer is not null) { loop.Add(packer); }
    }

    private void EndPacking(LogPacking packing)
    {
        loop.Remove(packer!); // the caller has looked
        packer!.Dispose();
        packer = null;
        packing.End();
        packsAt = packing.IsWanted ? 0 : long.MaxValue;
        if (!packing.IsWanted) { settlesAt = Environment.TickCount64 + SettledMilliseconds; }
    }

    // What is not compressed now is so after the first rotation of the next run.
    private void GiveUpPacking()
    {
        if (packer is null) { return; }

        loop.Remove(packer);
        packer.Kill();
        packer.Dispose();
        packer = null;
        log!.Packing!.Abandon(); // of a packer
    }

    /// <summary>Wakes the loop when lines that waited were stored.</summary>
    private sealed class StoredLines(QueuedOutput queue) : IPollSource
    {
        public int Descriptor => (int)queue.Written.DangerousGetHandle();

        public PollEvents Wanted => PollEvents.Readable;

        public void OnReady(PollEvents happened) => Inro.Linux.Descriptors.Descriptor.TakeEvents(queue.Written);
    }
}
