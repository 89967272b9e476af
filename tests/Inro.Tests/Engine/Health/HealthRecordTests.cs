using Inro.Engine.Health;
using Xunit;

namespace Inro.Tests.Engine.Health;

/// <summary>What follows from health checks.</summary>
public sealed class HealthRecordTests
{
    private static readonly HealthPlan Plan = new() { Retries = 2, StartPeriod = TimeSpan.FromSeconds(10), StartInterval = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData("0", HealthState.Healthy, 0)]
    [InlineData("1", HealthState.Starting, 1)]
    [InlineData("1 1", HealthState.Unhealthy, 2)]
    [InlineData("1 0 1", HealthState.Healthy, 1)]
    [InlineData("0 -1 2", HealthState.Unhealthy, 2)]
    [InlineData("1 1 1 0", HealthState.Healthy, 0)]
    public void So_many_failures_in_a_row_make_it_unhealthy(string codes, HealthState state, int streak)
    {
        HealthRecord record = After(codes, TimeSpan.FromMinutes(1));

        Assert.Equal((state, streak), (record.State, record.FailingStreak));
    }

    [Theory]
    [InlineData("1 1 1", HealthState.Starting, 0)]
    [InlineData("0 1 1", HealthState.Unhealthy, 2)]
    public void Failures_in_the_start_period_count_only_after_it_was_well(string codes, HealthState state, int streak)
    {
        HealthRecord record = After(codes, TimeSpan.FromSeconds(9));

        Assert.Equal((state, streak), (record.State, record.FailingStreak));
    }

    [Fact]
    public void The_start_period_has_pauses_of_its_own()
    {
        Assert.Equal(Plan.StartInterval, HealthRecord.Initial.Pause(Plan, TimeSpan.Zero));
        Assert.Equal(Plan.Interval, HealthRecord.Initial.Pause(Plan, TimeSpan.FromSeconds(10)));
        Assert.Equal(Plan.Interval, After("0", TimeSpan.Zero).Pause(Plan, TimeSpan.Zero));
    }

    [Fact]
    public void Five_results_are_kept() => Assert.Equal([3, 4, 5, 6, 7], After("1 2 3 4 5 6 7", TimeSpan.FromHours(1)).Results.Select(static r => r.ExitCode));

    [Fact]
    public void As_much_is_kept_as_was_asked()
    {
        HealthPlan plan = Plan with { KeptResults = 2, KeptOutput = 3 };
        HealthRecord record = HealthRecord.Initial;
        for (int i = 0; i < 3; i++) { record = record.After(new HealthResult(i, i, 0, "output"), plan, TimeSpan.Zero); }

        Assert.Equal([new HealthResult(1, 1, 0, "out"), new HealthResult(2, 2, 0, "out")], record.Results);
    }

    [Theory]
    [InlineData("1 1", true, 0, true)]
    [InlineData("1 0", true, 1, false)]
    [InlineData("0 1 0", true, 1, false)]
    [InlineData("0 0", false, 2, false)]
    [InlineData("1 0 0", false, 2, false)]
    public void The_check_of_the_start_must_go_well_so_often_in_a_row(string codes, bool goesOn, int successes, bool hasFailed)
    {
        HealthPlan plan = Plan with { Startup = new HealthPlan { Retries = 2, Successes = 2, Interval = TimeSpan.FromSeconds(7) } };
        HealthRecord record = HealthRecord.Initial with { IsStartingUp = true };
        Assert.Equal(TimeSpan.FromSeconds(7), record.Pause(plan, TimeSpan.Zero));

        foreach (string code in codes.Split(' ')) { record = record.After(new HealthResult(1, 2, int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), ""), plan, TimeSpan.FromHours(1)); }

        Assert.Equal((HealthState.Starting, goesOn, successes, hasFailed), (record.State, record.IsStartingUp, record.StartupSuccesses, record.HasFailedToStart(plan)));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        HealthRecord starting = HealthRecordFile.Decode(HealthRecordFile.Encode(HealthRecord.Initial with { IsStartingUp = true, StartupSuccesses = 3 }));
        Assert.Equal((true, 3), (starting.IsStartingUp, starting.StartupSuccesses));
        HealthPlan startup = HealthPlan.Decode(new HealthPlan { Startup = new HealthPlan { Address = "tcp:1", Successes = 4 }, Retries = 8 }.Encode());
        Assert.Equal(("tcp:1", 4, 8), (startup.Startup!.Address, startup.Startup.Successes, startup.Retries));

        HealthRecord record = After("1 0", TimeSpan.FromHours(1));
        HealthRecord read = HealthRecordFile.Decode(HealthRecordFile.Encode(record));
        HealthPlan plan = new() { Interval = TimeSpan.FromSeconds(3), Address = "tcp:80", Process = "{}"u8.ToArray(), Retries = 9 };
        HealthPlan again = HealthPlan.Decode(plan.Encode());

        Assert.Equal((record.State, record.FailingStreak), (read.State, read.FailingStreak));
        Assert.Equal(record.Results, read.Results);
        Assert.Equal(plan with { Process = default }, again with { Process = default });
        Assert.Equal("{}"u8.ToArray(), again.Process.ToArray());
    }

    private static HealthRecord After(string codes, TimeSpan age)
    {
        HealthRecord record = HealthRecord.Initial;
        foreach (string code in codes.Split(' ')) { record = record.After(new HealthResult(1, 2, int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), "out"), Plan, age); }

        return record;
    }
}
