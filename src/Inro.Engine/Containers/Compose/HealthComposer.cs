using Inro.Engine.Health;
using Inro.Spec.Image;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>What a container's shim tests: what the user asked, and what of the rest the image says.</summary>
internal static class HealthComposer
{
    private const string Shell = "CMD-SHELL";

    /// <summary>The check; null: there is none.</summary>
    public static HealthPlan? Compose(ContainerConfig config, ContainerDefaults? image, ProcessConfig first)
    {
        HealthCheck? own = config.Health;
        Spec.Image.HealthCheck? given = image?.HealthCheck;
        IReadOnlyList<string> test = own is { Test.Count: > 0 } ? own.Test : given?.Test ?? [];
        if (test.Count < 2) { return null; } // none, or ["NONE"]

        HealthPlan plan = new();
        plan = plan with
        {
            Interval = Time(own?.IntervalNanoseconds, given?.IntervalNanoseconds, plan.Interval),
            Timeout = Time(own?.TimeoutNanoseconds, given?.TimeoutNanoseconds, plan.Timeout),
            StartPeriod = Time(own?.StartPeriodNanoseconds, given?.StartPeriodNanoseconds, plan.StartPeriod),
            StartInterval = Time(own?.StartIntervalNanoseconds, given?.StartIntervalNanoseconds, plan.StartInterval),
            Retries = own is { Retries: > 0 } ? own.Retries : given is { Retries: > 0 } ? given.Retries : plan.Retries,
        };
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

    private static TimeSpan Time(long? own, long? given, TimeSpan otherwise)
    {
        long nanoseconds = own is > 0 ? own.Value : given ?? 0;
        return nanoseconds > 0 ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : otherwise;
    }
}
