using Inro.Cli.Verbs.Oci;
using Xunit;

namespace Inro.Tests.Cli.Oci;

public sealed class OciGlobalsTests
{
    [Fact]
    public void Flags_before_the_verb_are_read_up_to_it()
    {
        OciGlobals globals = OciGlobals.Read(["--root", "/r", "--log=/l", "--log-format", "json", "--debug", "--criu", "x", "--rootless", "true", "state", "--debug"], out int verb);

        Assert.Equal(("/r", "/l", "json", true, true, 10), (globals.Root, globals.Log, globals.LogFormat, globals.Debug, globals.LeavesUndelegated, verb));
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void Rootless_has_three_values(string value, bool? expected) => Assert.Equal(expected, OciGlobals.Read(["--rootless", value, "list"], out _).LeavesUndelegated);

    [Theory]
    [InlineData("list", (int)CgroupManager.Files)]
    [InlineData("--systemd-cgroup", (int)CgroupManager.Systemd)]
    [InlineData("--systemd-cgroup=false", (int)CgroupManager.Files)]
    [InlineData("--cgroup-manager systemd", (int)CgroupManager.Systemd)]
    [InlineData("--cgroup-manager=disabled", (int)CgroupManager.Disabled)]
    [InlineData("--systemd-cgroup --cgroup-manager cgroupfs", (int)CgroupManager.Files)]
    public void The_last_cgroup_manager_holds(string line, int expected) =>
        Assert.Equal((CgroupManager)expected, OciGlobals.Read(line.Split(' '), out _).CgroupManager);

    [Theory]
    [InlineData("--bogus", "flag provided but not defined: -bogus")]
    [InlineData("--root", "flag needs an argument: -root")]
    [InlineData("--log-format=xml", "invalid log-format: xml")]
    [InlineData("--cgroup-manager=x", "unknown cgroup manager \"x\": cgroupfs, systemd or disabled")]
    [InlineData("--rootless=x", "invalid value \"x\" for flag -rootless: auto, true or false")]
    public void What_is_not_known_is_refused(string argument, string problem) =>
        Assert.Equal(problem, Assert.Throws<OciUsageException>(() => OciGlobals.Read([argument], out _)).Message);

    [Theory]
    [InlineData(0u, "/run/user/1", "me", true, "/run/inro-oci")]
    [InlineData(0u, "/run/user/1", "me", false, "/run/user/1/inro-oci")] // an ordinary user's engine in its namespace
    [InlineData(0u, "/run/user/1", null, false, "/run/user/1/inro-oci")]
    [InlineData(0u, "/run/user/1", "root", false, "/run/inro-oci")] // root of a container
    [InlineData(0u, null, null, false, "/run/inro-oci")]
    [InlineData(7u, "/run/user/1", null, true, "/run/user/1/inro-oci")]
    [InlineData(7u, "", null, true, "/tmp/inro-7/inro-oci")]
    public void States_are_in_the_users_own_directory_or_the_systems(uint user, string? runtime, string? name, bool isInitial, string expected) =>
        Assert.Equal(expected, OciGlobals.DefaultRoot(user, runtime, name, () => isInitial));
}
