using System.Diagnostics;
using Inro.Engine.Rootless;
using Inro.Linux.Processes;

namespace Inro.Engine.Containers;

/// <summary>What starts containers at boot: a unit of systemd's, the system's or a user's, or a script for other inits.</summary>
/// <remarks>
/// The unit only calls <c>inro autostart run</c> once. It stops nothing at a shutdown: what the shutdown ends has not been stopped by a
/// person, which is what the next boot goes by.
/// </remarks>
public sealed class BootUnit
{
    private const string Name = "inro-autostart";
    private const UnixFileMode Executable = (UnixFileMode)0x1ED; // 0755

    private readonly string? root;
    private readonly string program;
    private readonly bool isSystem;
    private readonly string directory;
    private readonly Func<IReadOnlyList<string>, string?> run;

    /// <param name="root">The instance's directory as the user gave it; null: the default one.</param>
    /// <param name="program">Absolute path of the installed program.</param>
    /// <param name="isSystem">The system's; else that of one user.</param>
    /// <param name="usesSystemd">Systemd is the init.</param>
    /// <param name="home">Home of the user.</param>
    /// <param name="run">Runs a program; returns what went wrong, or null.</param>
    internal BootUnit(string? root, string program, bool isSystem, bool usesSystemd, string home, Func<IReadOnlyList<string>, string?> run)
    {
        this.root = root;
        this.program = program;
        this.isSystem = isSystem;
        this.run = run;
        UsesSystemd = usesSystemd;
        directory = usesSystemd ? (isSystem ? "/etc/systemd/system" : home + "/.config/systemd/user") : isSystem ? "/etc/init.d" : home + "/.config/inro";
    }

    /// <summary>Systemd is this host's init; else a script in the notation of System V and OpenRC's shell is written.</summary>
    public bool UsesSystemd { get; }

    /// <summary>Where it stands.</summary>
    public string Path => directory + "/" + Name + Suffix + (UsesSystemd ? ".service" : "");

    /// <summary>It is there.</summary>
    public bool IsInstalled => File.Exists(Path);

    /// <summary>The unit or script.</summary>
    public string Text => UsesSystemd ? Unit : Script;

    /// <summary>That of this host and user.</summary>
    /// <param name="root">The instance's directory as the user gave it; null: the default one.</param>
    public static BootUnit OfHost(string? root) => new(
        root is null ? null : System.IO.Path.GetFullPath(root),
        Environment.ProcessPath ?? "/usr/local/bin/inro",
        EffectiveIds.User == 0 && RootlessEntry.OuterUser is null,
        Directory.Exists("/run/systemd/system"),
        Environment.GetEnvironmentVariable("HOME") ?? "/root",
        RunProgram);

    /// <summary>Puts it into its place and has the init know of it.</summary>
    /// <returns>What was done, line by line.</returns>
    /// <exception cref="EngineException">It cannot be written, or the init refuses it; then nothing of it is left.</exception>
    public IReadOnlyList<string> Install()
    {
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path, Text);
            if (!UsesSystemd) { File.SetUnixFileMode(Path, Executable); }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.PermissionDenied, $"{Path} cannot be written: {failure.Message}", "see what it would be with --print, and put it into its place by hand", failure);
        }

        List<string> done = [$"wrote {Path}"];
        foreach (string[] command in EnableCommands)
        {
            if (run(command) is { } problem)
            {
                File.Delete(Path);
                throw new EngineException(ErrorCode.PreconditionFailed, $"{string.Join(' ', command)}: {problem}", $"put it into its place by hand: inro autostart install --print > {Path}");
            }

            done.Add(string.Join(' ', command));
        }

        if (!isSystem) { done.Add(UsesSystemd ? "without a login at boot it runs only after: loginctl enable-linger" : $"call it at boot, for example by crontab: @reboot {Path} start"); }

        return done;
    }

    /// <summary>Takes it away.</summary>
    /// <returns>What was done, line by line.</returns>
    public IReadOnlyList<string> Remove()
    {
        if (!IsInstalled) { return [$"{Path} is not there"]; }

        List<string> done = [];
        foreach (string[] command in DisableCommands)
        {
            if (run(command) is null) { done.Add(string.Join(' ', command)); }
        }

        File.Delete(Path);
        done.Add($"removed {Path}");
        return done;
    }

    private string Suffix => root is null ? "" : "-" + System.IO.Path.GetFileName(root.TrimEnd('/'));

    private string Command => root is null ? $"{Plain(program)} autostart run" : $"{Plain(program)} --root {Plain(root)} autostart run";

    // A unit and a shell read quotes and percent signs differently: a path that would need either is not written into them.
    /// <summary>A path that may stand in a unit or a script as it is.</summary>
    /// <exception cref="EngineException">InvalidArgument: it may not.</exception>
    public static string Plain(string path)
    {
        foreach (char c in path)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('/' or '.' or '_' or '-' or '+'))
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"'{path}' cannot stand in a unit or a script: it has a character besides letters, digits and / . _ - +", "use a path without it, or a link to it");
            }
        }

        return path;
    }

    private string[][] EnableCommands => UsesSystemd
        ? [[.. SystemCtl, "daemon-reload"], [.. SystemCtl, "enable", Name + Suffix + ".service"]]
        : isSystem && File.Exists("/usr/sbin/update-rc.d") ? [["update-rc.d", Name + Suffix, "defaults"]]
        : isSystem && File.Exists("/sbin/rc-update") ? [["rc-update", "add", Name + Suffix, "default"]]
        : [];

    private string[][] DisableCommands => UsesSystemd
        ? [[.. SystemCtl, "disable", Name + Suffix + ".service"]]
        : isSystem && File.Exists("/usr/sbin/update-rc.d") ? [["update-rc.d", "-f", Name + Suffix, "remove"]]
        : isSystem && File.Exists("/sbin/rc-update") ? [["rc-update", "del", Name + Suffix, "default"]]
        : [];

    private string[] SystemCtl => isSystem ? ["systemctl"] : ["systemctl", "--user"];

    private string Unit =>
        $"""
        [Unit]
        Description=Containers that run since the boot
        After=network-online.target local-fs.target
        Wants=network-online.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        KillMode=process
        Delegate=yes
        ExecStart={Command}

        [Install]
        WantedBy={(isSystem ? "multi-user.target" : "default.target")}

        """;

    private string Script =>
        $"""
        #!/bin/sh
        ### BEGIN INIT INFO
        # Provides:          {Name}{Suffix}
        # Required-Start:    $local_fs $network
        # Required-Stop:
        # Default-Start:     2 3 4 5
        # Default-Stop:
        # Short-Description: containers that run since the boot
        ### END INIT INFO
        case "$1" in
            start) exec {Command} ;;
            stop | restart | force-reload) exit 0 ;;
            status) exec {(root is null ? program : $"{program} --root {root}")} ps ;;
            *) echo "usage: $0 start" >&2; exit 2 ;;
        esac

        """;

    private static string? RunProgram(IReadOnlyList<string> command)
    {
        try
        {
            var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true };
            using Process process = Process.Start(start)!; // UseShellExecute is off
            string problem = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : problem.Trim();
        }
        catch (System.ComponentModel.Win32Exception missing) { return missing.Message; }
    }
}
