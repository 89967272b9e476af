using Inro.Engine.Containers;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>When containers are started again.</summary>
public sealed class RestartPoliciesTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData("no", 0, "no", 0)]
    [InlineData("", 0, "no", 0)]
    [InlineData("always", 0, "always", 0)]
    [InlineData("unless-stopped", 0, "unless-stopped", 0)]
    [InlineData("on-failure", 0, "on-failure", 0)]
    [InlineData("on-failure:5", 0, "on-failure", 5)]
    public void A_policy_is_read(string text, int unused, string name, int retries) =>
        Assert.Equal((new RestartPolicy(name, retries), 0), (RestartPolicy.Parse(text), unused));

    [Theory]
    [InlineData("sometimes")]
    [InlineData(":3")]
    [InlineData("on-failure:x")]
    [InlineData("on-failure:-1")]
    [InlineData("always:3")]
    public void What_is_no_policy_is_refused(string text) => Assert.Throws<FormatException>(() => RestartPolicy.Parse(text));

    [Theory]
    [InlineData("no", 1, false, 0, null)]
    [InlineData("always", 0, false, 0, 100)]
    [InlineData("always", 0, true, 0, null)]
    [InlineData("unless-stopped", 1, false, 7, 100)]
    [InlineData("on-failure", 0, false, 0, null)]
    [InlineData("on-failure", 1, false, 9, 100)]
    [InlineData("on-failure:2", 1, false, 1, 100)]
    [InlineData("on-failure:2", 1, false, 2, null)]
    [InlineData("on-failure", null, false, 0, 100)]
    public void A_policy_says_whether_and_when(string policy, int? exitCode, bool isStopped, int restarts, int? milliseconds) =>
        Assert.Equal(milliseconds, (int?)RestartPolicies.DelayAfter(Record(policy) with { IsStopped = isStopped, RestartCount = restarts }, Exit(exitCode, 1))?.TotalMilliseconds);

    [Theory]
    [InlineData(100, 1, 200)]
    [InlineData(200, 9, 400)]
    [InlineData(51_200, 1, 60_000)]
    [InlineData(60_000, 1, 60_000)]
    [InlineData(60_000, 10, 100)]
    public void Waits_grow_until_one_run_lasts(int lastMilliseconds, int ranSeconds, int nextMilliseconds)
    {
        ContainerRecord record = Record("always") with { RestartDelayNanoseconds = lastMilliseconds * 1_000_000L };

        Assert.Equal(nextMilliseconds, RestartPolicies.DelayAfter(record, Exit(1, ranSeconds))!.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("always", true, 0, true)]
    [InlineData("unless-stopped", true, 0, false)]
    [InlineData("unless-stopped", false, 137, true)]
    [InlineData("on-failure", false, 0, false)]
    [InlineData("on-failure", false, 137, true)]
    [InlineData("no", false, 137, false)]
    public void A_boot_starts_what_nobody_stopped(string policy, bool isStopped, int exitCode, bool starts) =>
        Assert.Equal(starts, RestartPolicies.StartsAtBoot(Record(policy) with { State = ContainerState.Exited, IsStopped = isStopped, ExitCode = exitCode }));

    [Fact]
    public void What_never_ran_is_not_started_at_boot() =>
        Assert.False(RestartPolicies.StartsAtBoot(Record("always") with { State = ContainerState.Exited, StartedNanoseconds = 0 }));

    private static ContainerRecord Record(string policy) => new()
    {
        Id = new string('a', 64),
        Name = "web",
        State = ContainerState.Running,
        Config = new ContainerConfig { Image = "x", Restart = RestartPolicy.Parse(policy) },
        ImageId = "",
        CreatedNanoseconds = Second,
        StartedNanoseconds = Second,
    };

    private static ContainerExit Exit(int? code, int ranSeconds) => new(code, Second * (1 + ranSeconds), false);
}
