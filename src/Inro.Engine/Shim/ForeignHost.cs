using System.Globalization;
using System.Text.Json;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Inro.Runtime.Resources;
using Inro.Runtime.Steps;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The container as another OCI runtime makes it: runc, crun, or a wrapper of these. Its command line is runc's.</summary>
/// <remarks>
/// The root is mounted in a mount namespace of one thread, from which the runtime is started: the container's own copy of the mount is
/// the only one that stays. The container's first process becomes this one's child when the runtime's has ended.
/// </remarks>
internal sealed class ForeignHost(ShimConfig config) : IContainerHost
{
    private const int MaxLogBytes = 64 * 1024;
    private const int MaxPidBytes = 32;

    /// <summary>A runtime that takes longer hangs; hooks have this time, too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ConsolePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CgroupPatience = TimeSpan.FromSeconds(10);

    private int execs;
    private int calls;
    private bool isMade;

    /// <inheritdoc/>
    public bool IsPaused
    {
        get
        {
            using CgroupSet freezer = CgroupSet.OpenFreezer(Locations());
            return freezer.IsFrozen;
        }
    }

    private string StateDirectory => config.StateDirectory + "-" + Path.GetFileName(config.Runtime); // never among the states of our own runtime

    /// <inheritdoc/>
    public void Prepare() => Directory.CreateDirectory(config.Bundle + "/rootfs");

    /// <inheritdoc/>
    public HostedProcess Start(HostedStdio? stdio, WindowSize? size, bool isHeld)
    {
        string pidFile = config.RunDirectory + "/init.pid";
        using ForeignConsole? console = stdio is null ? new ForeignConsole(config.RunDirectory + "/console.sock") : null;
        isMade = true;
        PrivateMounts.Run(() =>
        {
            MountRoot();
            Call(["create", "--bundle", config.Bundle, "--pid-file", pidFile, .. ConsoleFlags(console), config.Id], stdio);
            return true;
        });
        HostedProcess made = Open(pidFile, Master(console, size));
        if (!isHeld) { LetGo(); }

        return made;
    }

    /// <inheritdoc/>
    public void LetGo() => Call(["start", config.Id], stdio: null);

    /// <inheritdoc/>
    public HostedProcess Exec(ReadOnlySpan<byte> process, HostedStdio? stdio, WindowSize? size, IReadOnlyList<SafeFileHandle> kept, CancellationToken ct)
    {
        if (kept.Count > 0) { throw new ShimException(ExitStatuses.RunFailed, "further descriptors are not handed to another runtime", "leave --preserve-fds out, or make the container without --runtime"); }

        string name = string.Create(CultureInfo.InvariantCulture, $"{config.RunDirectory}/exec-{Interlocked.Increment(ref execs)}");
        try
        {
            File.WriteAllBytes(name + ".json", process);
            using ForeignConsole? console = stdio is null ? new ForeignConsole(name + ".sock") : null;
            Call(["exec", "--process", name + ".json", "--pid-file", name + ".pid", "--detach", .. ConsoleFlags(console), config.Id], stdio);
            return Open(name + ".pid", Master(console, size));
        }
        finally
        {
            File.Delete(name + ".json");
            File.Delete(name + ".pid");
        }
    }

    /// <inheritdoc/>
    public HostedEnd End()
    {
        using CgroupSet cgroups = CgroupSet.Open(Locations());
        try
        {
            cgroups.KillAll(CgroupPatience);
            return new HostedEnd(OutOfMemoryCount.In(cgroups.Read("memory", "memory.oom_control") ?? cgroups.Read("memory", "memory.events")) > 0, Problem: null);
        }
        catch (Exception failure) when (failure is IOException or ResourceException) { return new HostedEnd(false, failure.Message); }
    }

    /// <inheritdoc/>
    public string? GiveBack()
    {
        if (!isMade) { return null; }

        try
        {
            Call(["delete", "--force", config.Id], stdio: null);
            using CgroupSet cgroups = CgroupSet.Open(Locations());
            if (cgroups.Locations.Count > 0) { cgroups.Remove(CgroupPatience); }

            if (config.OwnsCgroupParent) { CgroupSet.RemoveEmptyParents(Locations()); }

            return null;
        }
        catch (Exception failure) when (failure is IOException or ResourceException or ShimException) { return failure.Message; }
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private void MountRoot()
    {
        if (config.Rootfs is not { } layers) { return; }

        if (layers.Kind == SnapshotKind.FuseOverlay) { throw Failed("layers shown by fuse-overlayfs are for Inro's own runtime"); }

        using SafeFileHandle root = layers.Kind == SnapshotKind.Copy
            ? MountTree.Clone($"{layers.Directory}/{layers.Upper}")
            : LayeredView.Mount(layers, isUnprivileged: false);
        MountTree.Attach(root, config.Bundle + "/rootfs");
    }

    private static string[] ConsoleFlags(ForeignConsole? console) => console is null ? [] : ["--console-socket", console.Path];

    private SafeFileHandle? Master(ForeignConsole? console, WindowSize? size)
    {
        if (console is null) { return null; }

        SafeFileHandle master = console.Take(ConsolePatience) ?? throw Failed("it sent no terminal");
        if (size is { } wanted) { Terminal.SetWindowSize(master, wanted); }

        return master;
    }

    private HostedProcess Open(string pidFile, SafeFileHandle? console)
    {
        using SafeFileHandle file = Descriptor.Open(pidFile, OpenFlags.Read);
        int pid = int.Parse(System.Text.Encoding.ASCII.GetString(ShimFiles.ReadAll(file, MaxPidBytes)).Trim(), CultureInfo.InvariantCulture);
        ulong started = ProcessStat.Read(pid)?.StartTime ?? 0; // it is our child by now, so its number is its own until we take its status
        return new HostedProcess(pid, PidFd.TryOpen(pid, started) ?? throw Failed("its process has gone at once"), started, console);
    }

    private void Call(IReadOnlyList<string> arguments, HostedStdio? stdio)
    {
        string log = string.Create(CultureInfo.InvariantCulture, $"{config.RunDirectory}/runtime-{Interlocked.Increment(ref calls)}.log"); // execs are launched side by side
        try { Call(arguments, stdio, log); }
        finally { Descriptor.Unlink(log); }
    }

    private void Call(IReadOnlyList<string> arguments, HostedStdio? stdio, string log)
    {
        using SafeFileHandle none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        using PidFd process = ProcessSpawn.Open(new SpawnRequest
        {
            Path = config.Runtime,
            Arguments = [config.Runtime!, "--root", StateDirectory, "--log", log, "--log-format", "json", .. arguments],
            Environment = ShimEnvironment.Inherited(),
            Descriptors = [new(0, stdio?.Stdin ?? none), new(1, stdio?.Stdout ?? none), new(2, stdio?.Stderr ?? none)],
        });
        if (!process.WaitForEnd(Patience))
        {
            process.Kill();
            throw Failed($"'{arguments[0]}' did not end within {Patience.TotalMinutes} minutes");
        }

        ExitStatus? how;
        try { how = process.Reap(TimeSpan.Zero); }
        catch (LinuxException failure) when (failure.Errno == Errno.ECHILD) { how = null; } // the reaper of orphans was first
        if (how is { Code: not 0 } || (how is null && LastMessage(log).Length > 0)) { throw Failed(LastMessage(log) is { Length: > 0 } said ? said : $"'{arguments[0]}' ended with {how?.Code}"); }
    }

    private static string LastMessage(string log)
    {
        try
        {
            using SafeFileHandle? file = Descriptor.OpenIfThere(log, OpenFlags.Read);
            if (file is null) { return ""; }

            string message = "";
            foreach (string line in System.Text.Encoding.UTF8.GetString(ShimFiles.ReadAll(file, MaxLogBytes)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var entry = JsonDocument.Parse(line);
                bool isError = entry.RootElement.TryGetProperty("level", out JsonElement level) && level.GetString() is "error" or "fatal";
                if (isError && entry.RootElement.TryGetProperty("msg", out JsonElement text)) { message = text.GetString() ?? ""; }
            }

            return message;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ShimException) { return ""; }
    }

    private ShimException Failed(string why)
    {
        int status = why.Contains("executable file not found", StringComparison.Ordinal) || why.Contains("no such file or directory", StringComparison.Ordinal) ? ExitStatuses.CommandNotFound
            : why.Contains("permission denied", StringComparison.Ordinal) ? ExitStatuses.CommandNotExecutable
            : ExitStatuses.RunFailed;
        return new ShimException(status, $"{config.Runtime}: {why}", "try without --runtime; the runtime's own command line may say more");
    }

    private IReadOnlyList<CgroupLocation> Locations() =>
        CgroupPlan.Make(CgroupLayout.Read(), config.CgroupsPath, config.CgroupsPath ?? "/" + config.Id, resources: null).Locations;
}
