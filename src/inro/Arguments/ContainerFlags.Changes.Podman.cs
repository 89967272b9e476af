using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <content>What podman's update changes and docker's does not: rates at once, variables, limits of the process and checks from the next start on.</content>
internal sealed partial class ContainerFlags
{
    /// <summary>Adds these flags of update.</summary>
    public void AddChangeableBeyondDocker(FlagTable table)
    {
        AddChangeableRates(table);
        AddChangeableHealth(table);
        table
            .List("env", 'e', "Set a variable of the next start", v => Change(EnvironmentArgument.FromFlag(v, host), static (c, one) => c with { Environment = [.. c.Environment, one] }))
            .Number("memory-swappiness", '\0', "Tune container memory swappiness (0 to 100)", v => Change(v, static (c, n) => c with { MemorySwappiness = n < 0 ? null : (int)n }), least: -1, most: 100)
            .List("ulimit", '\0', "Ulimit options of the next start", v => Change(UlimitArgument.Parse(v), static (c, l) => c with { ResourceLimits = [.. c.ResourceLimits.Where(o => o.Name != l.Name), new ResourceLimit(l.Name, l.Soft, l.Hard)] }), value: "ulimit")
            .List("unsetenv", '\0', "Leave a variable out of the next start", v => Change(VariableName(v), static (c, name) => c with { Environment = [.. c.Environment, name] }));
    }

    private void AddChangeableRates(FlagTable table) => table
        .List("blkio-weight-device", '\0', "Block IO weight (relative device weight)", v => Change(DeviceWeight(v), static (c, r) => c with { BlkioWeightDevices = With(c.BlkioWeightDevices, r) }))
        .List("device-read-bps", '\0', "Limit read rate (bytes per second) from a device", v => Change(DeviceRateOf(v, isBytes: true), static (c, r) => c with { DeviceReadBytesPerSecond = With(c.DeviceReadBytesPerSecond, r) }))
        .List("device-read-iops", '\0', "Limit read rate (IO per second) from a device", v => Change(DeviceRateOf(v, isBytes: false), static (c, r) => c with { DeviceReadOperationsPerSecond = With(c.DeviceReadOperationsPerSecond, r) }))
        .List("device-write-bps", '\0', "Limit write rate (bytes per second) to a device", v => Change(DeviceRateOf(v, isBytes: true), static (c, r) => c with { DeviceWriteBytesPerSecond = With(c.DeviceWriteBytesPerSecond, r) }))
        .List("device-write-iops", '\0', "Limit write rate (IO per second) to a device", v => Change(DeviceRateOf(v, isBytes: false), static (c, r) => c with { DeviceWriteOperationsPerSecond = With(c.DeviceWriteOperationsPerSecond, r) }));

    private void AddChangeableHealth(FlagTable table) => table
        .Text("health-cmd", '\0', "Command to run to check health from the next start on ('none': nothing is checked)", v => ChangeHealth(v == "none" ? "" : Probe(v), static (h, cmd) => h with { Test = cmd.Length == 0 ? ["NONE"] : ["CMD-SHELL", cmd] }))
        .Add(Duration("health-interval", "Time between running the check (ms|s|m|h)", n => ChangeHealth(n, static (h, t) => h with { IntervalNanoseconds = t })))
        .Text("health-log-destination", '\0', "Where the results of checks are kept: local", v => { FlagValue.OneOf(v, "local"); Change(v, static (c, _) => c); }, offers: Completion.Of("local"))
        .Number("health-max-log-count", '\0', "How many results of checks are kept (0: as many as can be)", v => Change(v, static (c, n) => c with { HealthLogCount = (int)n }), least: 0, most: int.MaxValue)
        .Number("health-max-log-size", '\0', "How many characters of a check's output are kept (0: as many as can be)", v => Change(v, static (c, n) => c with { HealthLogBytes = (int)n }), least: 0, most: int.MaxValue)
        .Text("health-on-failure", '\0', "What to do when the container becomes unhealthy (none|kill|restart|stop)", v => Change(FlagValue.OneOf(v, [.. ContainerService.HealthActions]), static (c, a) => c with { HealthOnFailure = a }), offers: Completion.Of([.. ContainerService.HealthActions]))
        .Number("health-retries", '\0', "Consecutive failures needed to report unhealthy", v => ChangeHealth(v, static (h, n) => h with { Retries = (int)n }), least: 0, most: int.MaxValue)
        .Add(Duration("health-start-period", "Time at the start in which failures do not count (ms|s|m|h)", n => ChangeHealth(n, static (h, t) => h with { StartPeriodNanoseconds = t })))
        .Text("health-startup-cmd", '\0', "Check that the container must pass before the usual one begins", v => ChangeStartup(Probe(v), static (s, cmd) => s with { Test = ["CMD-SHELL", cmd] }))
        .Add(Duration("health-startup-interval", "Time between running the startup check (ms|s|m|h)", n => ChangeStartup(n, static (s, t) => s with { IntervalNanoseconds = t })))
        .Number("health-startup-retries", '\0', "Failures of the startup check in a row after which the container is started again (0: never)", v => ChangeStartup(v, static (s, n) => s with { Retries = (int)n }), least: 0, most: int.MaxValue)
        .Number("health-startup-success", '\0', "How often in a row the startup check must go well", v => ChangeStartup(v, static (s, n) => s with { Successes = (int)n }), least: 0, most: int.MaxValue)
        .Add(Duration("health-startup-timeout", "Maximum time to allow one startup check to run (ms|s|m|h)", n => ChangeStartup(n, static (s, t) => s with { TimeoutNanoseconds = t })))
        .Add(Duration("health-timeout", "Maximum time to allow one check to run (ms|s|m|h)", n => ChangeHealth(n, static (h, t) => h with { TimeoutNanoseconds = t })))
        .Switch("no-healthcheck", '\0', "Check nothing from the next start on", v => Change(v, static (c, off) => off ? c with { Health = new HealthCheck { Test = ["NONE"] }, Startup = null } : c));

    private void Change<T>(T value, Func<ContainerConfig, T, ContainerConfig> change) => changes.Add(c => change(c, value));

    private void ChangeHealth<T>(T value, Func<HealthCheck, T, HealthCheck> change) => changes.Add(c => c with { Health = change(c.Health ?? new HealthCheck(), value) });

    private void ChangeStartup<T>(T value, Func<StartupCheck, T, StartupCheck> change) => changes.Add(c => change(c.Startup ?? new StartupCheck(), value) is { Test.Count: > 0 } startup
        ? c with { Startup = startup }
        : throw new UsageException("--health-startup-* options need --health-startup-cmd", ExitStatus.Failure));

    /// <summary>A device has one rate.</summary>
    private static IReadOnlyList<DeviceRate> With(IReadOnlyList<DeviceRate> rates, DeviceRate added) => [.. rates.Where(r => r.Path != added.Path), added];
}
