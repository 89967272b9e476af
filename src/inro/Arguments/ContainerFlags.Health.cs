using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Health;

namespace Inro.Cli.Arguments;

/// <content>How the container's health is tested.</content>
internal sealed partial class ContainerFlags
{
    private HealthCheck? health;
    private bool hasNoCheck;

    private HealthCheck Check => health ?? new HealthCheck();

    private void AddHealth(FlagTable table)
    {
        table
            .Text("health-cmd", '\0', "Command to run to check health, or tcp:[HOST:]PORT or http://HOST[:PORT]/PATH to be tried without a command", v => health = Check with { Test = ["CMD-SHELL", Probe(v)] })
            .Add(Duration("health-interval", "Time between running the check (ms|s|m|h) (default 0s)", n => health = Check with { IntervalNanoseconds = n }))
            .Text("health-on-failure", '\0', "What to do when the container becomes unhealthy (none|kill|restart|stop)", v => config = config with { HealthOnFailure = FlagValue.OneOf(v, [.. ContainerService.HealthActions]) }, offers: Completion.Of([.. ContainerService.HealthActions]))
            .Number("health-retries", '\0', "Consecutive failures needed to report unhealthy", v => health = Check with { Retries = (int)v }, least: 0, most: int.MaxValue)
            .Add(Duration("health-start-interval", "Time between running the check during the start period (ms|s|m|h) (default 0s)", n => health = Check with { StartIntervalNanoseconds = n }))
            .Add(Duration("health-start-period", "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)", n => health = Check with { StartPeriodNanoseconds = n }))
            .Add(Duration("health-timeout", "Maximum time to allow one check to run (ms|s|m|h) (default 0s)", n => health = Check with { TimeoutNanoseconds = n }))
            .Switch("no-healthcheck", '\0', "Disable any container-specified HEALTHCHECK", v => hasNoCheck = v);
    }

    /// <exception cref="UsageException">Both a check and none were asked for.</exception>
    private HealthCheck? HealthAsked()
    {
        if (!hasNoCheck) { return health; }

        return health is null ? new HealthCheck { Test = ["NONE"] } : throw new UsageException("--no-healthcheck conflicts with --health-* options");
    }

    private static string Probe(string command)
    {
        if (NetworkProbe.Is(command)) { NetworkProbe.Validate(command); }

        return command;
    }

    private static Flag Duration(string name, string help, Action<long> set) => new()
    {
        Name = name,
        ValueName = "duration",
        Help = help,
        Set = v =>
        {
            long nanoseconds = GoDuration.Parse(v).Ticks * TimeSpan.NanosecondsPerTick;
            set(nanoseconds is 0 or >= 1_000_000 ? nanoseconds : throw new FormatException("a check's time cannot be less than 1ms"));
        },
    };
}
