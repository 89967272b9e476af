namespace Inro.Cli.Arguments;

/// <summary>How a container is asked to end: <c>--signal</c> and <c>--timeout</c>.</summary>
internal sealed class StopFlags
{
    /// <summary>What a shell may offer.</summary>
    public static string[] Signals => ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP", "WINCH"];

    /// <summary>The signal; null: the container's own.</summary>
    public string? Signal { get; private set; }

    /// <summary>How long to wait; null: as the container says; negative: without end.</summary>
    public TimeSpan? Grace { get; private set; }

    public void AddTo(FlagTable table) => table
        .Text("signal", 's', "Signal to send to the container", v => Signal = v, offers: Completion.Of(Signals))
        .Number("timeout", 't', "Seconds to wait before killing the container", SetGrace, least: -1, most: int.MaxValue)
        .Add(new Flag { Name = "time", ValueName = "int", Help = "", IsHidden = true, Set = v => SetGrace(FlagValue.Whole(v, -1, int.MaxValue)) });

    private void SetGrace(long seconds) => Grace = TimeSpan.FromSeconds(seconds);
}
