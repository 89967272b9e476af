namespace Inro.Engine.Health;

/// <summary>One check that was made.</summary>
/// <param name="StartNanoseconds">When it began, since 1970 UTC.</param>
/// <param name="EndNanoseconds">When it was through.</param>
/// <param name="ExitCode">0: well; 1: not; -1: it did not end in time; other: what the process said.</param>
/// <param name="Output">The beginning of what it wrote, at most <see cref="HealthRecord.MaxOutputBytes"/> bytes.</param>
public sealed record HealthResult(long StartNanoseconds, long EndNanoseconds, int ExitCode, string Output);

/// <summary>What is known of a container's health.</summary>
/// <param name="State">The judgement.</param>
/// <param name="FailingStreak">How many checks in a row have failed.</param>
/// <param name="Results">The last ones, the oldest first.</param>
public sealed record HealthRecord(HealthState State, int FailingStreak, IReadOnlyList<HealthResult> Results)
{
    /// <summary>So many results are kept where nothing is said.</summary>
    public const int UsualResults = 5;

    /// <summary>More are never kept.</summary>
    public const int MaxResults = 100;

    /// <summary>Longer output of a check is cut.</summary>
    public const int MaxOutputBytes = 4096;

    /// <summary>Before the first check.</summary>
    public static HealthRecord Initial { get; } = new(HealthState.Starting, 0, []);

    /// <summary>The check of the start is still made, and no other.</summary>
    public bool IsStartingUp { get; init; }

    /// <summary>How many checks of the start have gone well in a row.</summary>
    public int StartupSuccesses { get; init; }

    /// <summary>The check of the start has failed as often as it may.</summary>
    /// <param name="plan">What is asked.</param>
    public bool HasFailedToStart(HealthPlan plan) => IsStartingUp && plan.Startup is { Retries: > 0 } startup && FailingStreak >= startup.Retries;

    /// <summary>The same after one more check.</summary>
    /// <param name="result">What it found.</param>
    /// <param name="plan">What is asked.</param>
    /// <param name="sinceStart">How long the container runs.</param>
    public HealthRecord After(HealthResult result, HealthPlan plan, TimeSpan sinceStart)
    {
        string output = result.Output.Length > plan.KeptOutput ? result.Output[..plan.KeptOutput] : result.Output;
        List<HealthResult> results = [.. Results, result with { Output = output }];
        if (results.Count > plan.KeptResults) { results.RemoveRange(0, results.Count - plan.KeptResults); }

        if (IsStartingUp && plan.Startup is { } startup) { return AfterStartup(result.ExitCode == 0, startup, results); }

        if (result.ExitCode == 0) { return new HealthRecord(HealthState.Healthy, 0, results); }

        bool isForgiven = State == HealthState.Starting && sinceStart < plan.StartPeriod;
        int streak = isForgiven ? FailingStreak : FailingStreak + 1;
        return new HealthRecord(!isForgiven && streak >= plan.Retries ? HealthState.Unhealthy : State, streak, results);
    }

    /// <summary>How long to wait before the next check.</summary>
    /// <param name="plan">What is asked.</param>
    /// <param name="sinceStart">How long the container runs.</param>
    public TimeSpan Pause(HealthPlan plan, TimeSpan sinceStart) =>
        IsStartingUp && plan.Startup is { } startup ? startup.Interval
        : State == HealthState.Starting && sinceStart < plan.StartPeriod ? plan.StartInterval : plan.Interval;

    private HealthRecord AfterStartup(bool isWell, HealthPlan startup, List<HealthResult> results)
    {
        int successes = isWell ? StartupSuccesses + 1 : 0;
        return new HealthRecord(State, isWell ? 0 : FailingStreak + 1, results)
        {
            IsStartingUp = successes < startup.Successes,
            StartupSuccesses = successes,
        };
    }
}
