using Inro.Engine;
using Inro.Engine.Containers;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>What starts containers at boot.</summary>
public sealed class BootUnitTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("inro-boot-").FullName;
    private readonly List<string> commands = [];

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public void A_user_s_unit_is_written_enabled_and_taken_away()
    {
        BootUnit unit = Unit(root: null, usesSystemd: true);

        IReadOnlyList<string> done = unit.Install();

        Assert.True(unit.IsInstalled);
        Assert.Equal(home + "/.config/systemd/user/inro-autostart.service", unit.Path);
        string text = File.ReadAllText(unit.Path);
        Assert.Contains("ExecStart=/opt/inro autostart run\n", text, StringComparison.Ordinal);
        Assert.Contains("KillMode=process\n", text, StringComparison.Ordinal);
        Assert.Contains("WantedBy=default.target\n", text, StringComparison.Ordinal);
        Assert.Equal(["systemctl --user daemon-reload", "systemctl --user enable inro-autostart.service"], commands);
        Assert.Contains(done, static line => line.Contains("enable-linger", StringComparison.Ordinal));
        unit.Remove();
        Assert.False(unit.IsInstalled);
        Assert.Equal("systemctl --user disable inro-autostart.service", commands[^1]);
        Assert.Equal([unit.Path + " is not there"], unit.Remove());
    }

    [Fact]
    public void Another_instance_has_a_unit_of_its_own()
    {
        BootUnit unit = Unit("/srv/second", usesSystemd: true);

        Assert.EndsWith("/inro-autostart-second.service", unit.Path, StringComparison.Ordinal);
        Assert.Contains("ExecStart=/opt/inro --root /srv/second autostart run\n", unit.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/srv/a b")]
    [InlineData("/srv/$(id)")]
    [InlineData("/srv/%h")]
    [InlineData("/srv/x\nExecStartPost=/bin/true")]
    public void A_path_that_a_unit_or_a_shell_would_read_otherwise_is_refused(string root)
    {
        BootUnit unit = Unit(root, usesSystemd: true);

        Assert.Throws<EngineException>(unit.Install);
        Assert.False(unit.IsInstalled);
        Assert.Empty(commands);
    }

    [Fact]
    public void Without_systemd_there_is_a_script_that_can_be_run()
    {
        BootUnit unit = Unit(root: null, usesSystemd: false);

        unit.Install();

        Assert.StartsWith("#!/bin/sh\n", File.ReadAllText(unit.Path), StringComparison.Ordinal);
        Assert.Contains("start) exec /opt/inro autostart run ;;", unit.Text, StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode(unit.Path).HasFlag(UnixFileMode.UserExecute));
        Assert.Empty(commands);
    }

    [Fact]
    public void What_the_init_refuses_is_not_left_behind()
    {
        BootUnit unit = new(null, "/opt/inro", isSystem: false, usesSystemd: true, home, static _ => "no bus");

        EngineException failure = Assert.Throws<EngineException>(unit.Install);

        Assert.Contains("no bus", failure.Problem, StringComparison.Ordinal);
        Assert.False(unit.IsInstalled);
    }

    private BootUnit Unit(string? root, bool usesSystemd) => new(root, "/opt/inro", isSystem: false, usesSystemd, home, command =>
    {
        commands.Add(string.Join(' ', command));
        return null;
    });
}
