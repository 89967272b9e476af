using Inro.Linux.Processes;

namespace Inro.Engine.Shim;

/// <summary>Kills a container that has run as long as it may (<c>--timeout</c>).</summary>
/// <param name="left">How long it may still run.</param>
internal sealed class RunLimit(TimeSpan left)
{
    /// <summary>What such a container's end is told with, as podman tells it: 255 as the status of a program.</summary>
    public const int ExitCode = -1;

    private readonly long endsAt = Environment.TickCount64 + (long)left.TotalMilliseconds;
    private bool isOver;

    /// <summary>When something is to be done, as <see cref="Environment.TickCount64"/> counts.</summary>
    public long WakesAt => isOver ? long.MaxValue : endsAt;

    /// <summary>Its time was over, and it was killed.</summary>
    public bool HasStruck { get; private set; }

    /// <summary>The limit of a container that runs for <paramref name="age"/>; null: it may run on.</summary>
    public static RunLimit? Of(ShimConfig config, TimeSpan age) => config.RunSeconds is > 0 and var seconds ? new RunLimit(TimeSpan.FromSeconds(seconds) - age) : null;

    /// <summary>Kills it where its time is over.</summary>
    /// <param name="process">Its first process.</param>
    public void Look(PidFd process)
    {
        if (isOver || Environment.TickCount64 < endsAt) { return; }

        isOver = true;
        HasStruck = process.Kill(); // false: it has ended by itself just now
    }
}
