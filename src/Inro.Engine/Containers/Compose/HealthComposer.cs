using Inro.Engine.Health;
using Inro.Spec.Image;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>What a container's shim tests: what the user asked, and what of the rest the image says.</summary>
internal static class HealthComposer
{
    private const string Shell = "CMD-SHELL";

    /// <summary>The check; null: there is none.</summary>
    /// <exception cref="EngineException">InvalidArgument: there is a check of the start, and none after it.</exception>
    public static HealthPlan? Compose(ContainerConfig config, ContainerDefaults? image, ProcessConfig first)
    {
        HealthCheck? own = config.Health;
        Spec.Image.HealthCheck? given = image?.HealthCheck;
        IReadOnlyList<string> test = own is { Test.Count: > 0 } ? own.Test : given?.Test ?? [];
        if (test.Count < 2) // none, or ["NONE"]
        {
            return config.Startup is null ? null : throw new EngineException(ErrorCode.InvalidArgument, "a startup health check needs a health check that follows it", "give --health-cmd, too");
        }

        HealthPlan plan = new();
        plan = plan with
        {
            Interval = Time(own?.IntervalNanoseconds, given?.IntervalNanoseconds, plan.Interval),
            Timeout = Time(own?.TimeoutNanoseconds, given?.TimeoutNanoseconds, plan.Timeout),
            StartPeriod = Time(own?.StartPeriodNanoseconds, given?.StartPeriodNanoseconds, plan.StartPeriod),
            StartInterval = Time(own?.StartIntervalNanoseconds, given?.StartIntervalNanoseconds, plan.StartInterval),
            Retries = own is { Retries: > 0 } ? own.Retries : given is { Retries: > 0 } ? given.Retries : plan.Retries,
            KeptResults = Kept(config.HealthLogCount, plan.KeptResults, HealthRecord.MaxResults),
            KeptOutput = Kept(config.HealthLogBytes, plan.KeptOutput, HealthRecord.MaxOutputBytes),
            Startup = config.Startup is { } startup ? Startup(startup, image, first) : null,
        };
        return With(plan, test, image, first);
    }

    private static HealthPlan Startup(StartupCheck startup, ContainerDefaults? image, ProcessConfig first)
    {
        HealthPlan plan = new();
        plan = plan with
        {
            Interval = Time(startup.IntervalNanoseconds, given: null, plan.Interval),
            Timeout = Time(startup.TimeoutNanoseconds, given: null, plan.Timeout),
            Retries = startup.Retries,
            Successes = Math.Max(startup.Successes, 1),
        };
        return With(plan, startup.Test, image, first);
    }

    private static HealthPlan With(HealthPlan plan, IReadOnlyList<string> test, ContainerDefaults? image, ProcessConfig first)
    {
        if (test[0] == Shell && NetworkProbe.Is(test[1])) { return plan with { Address = test[1] }; }

        IReadOnlyList<string> shell = image?.Shell is { Count: > 0 } named ? named : ["/bin/sh", "-c"];
        ProcessConfig process = first with
        {
            Args = test[0] == Shell ? [.. shell, .. test.Skip(1)] : [.. test.Skip(1)],
            Terminal = false,
            ConsoleSize = null,
        };
        return plan with { Process = RuntimeConfigWriter.WriteProcess(process) };
    }

    /// <summary>How much is kept: 0 as asked means as much as can be.</summary>
    private static int Kept(int? asked, int usual, int most) => asked is { } number ? Math.Min(number == 0 ? most : number, most) : usual;

    private static TimeSpan Time(long? own, long? given, TimeSpan otherwise)
    {
        long nanoseconds = own is > 0 ? own.Value : given ?? 0;
        return nanoseconds > 0 ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : otherwise;
    }
}
