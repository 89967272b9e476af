using Inro.Linux.Files;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Checkpoint;

/// <summary>One checkpoint: a container's processes, with all that they have, become files.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="state">The container, as it is now; its lock is held.</param>
/// <param name="config">Its configuration.</param>
internal sealed class Dump(CheckpointRequest request, ContainerState state, RuntimeConfig config)
{
    private const string Log = "dump.log";
    /// <summary>Names criu's file of further options, as other runtimes have it.</summary>
    public const string ConfigAnnotation = "org.criu.config";

    private const string DefaultConfig = "/etc/criu/inro.conf";

    private CheckpointOptions Options => request.Options;

    /// <summary>Where criu looks for further options: the administrator's file, unless the configuration names another one, or none with an empty name.</summary>
    public static string? ConfigFile(RuntimeConfig config) =>
        config.Annotations.TryGetValue(ConfigAnnotation, out string? named) ? (named.Length == 0 ? null : named) : DefaultConfig;

    /// <summary>Does it. Whatever fails, the container runs on afterwards, or stays paused if it was.</summary>
    /// <exception cref="RuntimeException">criu is not there, does not work here, or failed: with its reason.</exception>
    public void Run()
    {
        CriuProgram criu = CriuProgram.Open(request.Criu);
        Check(criu);
        using CriuDirectories directories = CriuDirectories.Open(request.Images, request.WorkDirectory, makesImages: true, Log);
        directories.LetIn(config.Linux?.GidMappings.FirstOrDefault(static m => m.ContainerId == 0)?.HostId ?? 0);
        bool done = false;
        try
        {
            Run(criu, directories);
            done = true;
        }
        finally
        {
            if (!done) { LetRun(); }
        }
    }

    private void Check(CriuProgram criu)
    {
        if (Options.PreDump && !criu.TracksMemory)
        {
            throw new RuntimeException(RuntimeError.Failed, "criu cannot track changes of memory on this kernel: no pre-dump", "leave --pre-dump out, or use a kernel with CONFIG_MEM_SOFT_DIRTY");
        }

        if (Options.LazyPages && !criu.HasLazyPages)
        {
            throw new RuntimeException(RuntimeError.Failed, "criu cannot restore memory lazily on this kernel", "leave --lazy-pages out, or use a kernel with userfaultfd");
        }
    }

    private void Run(CriuProgram criu, CriuDirectories directories)
    {
        using MountTable mounts = MountTable.Read(state.Pid);
        bool namesReadiness = criu.Version >= CriuProgram.ExternalPidVersion;
        var options = new CriuOptions
        {
            Images = directories.Images.Number,
            WorkDirectory = directories.WorkNumber,
            LogFile = Log,
            Pid = state.Pid,
            Root = Directory.Exists(state.Rootfs) ? state.Rootfs : null, // layers that are stacked at the start are at no path of the host
            ParentImages = request.ParentImages,
            FreezeCgroup = FreezerOf(criu),
            ConfigFile = ConfigFile(config),
            Choices = Options,
            NetworkLock = criu.NetworkLock,
            StatusDescriptor = namesReadiness || request.Status is null ? null : (int)request.Status.DangerousGetHandle(),
            External = [.. ExternalNamespaces.ForDump(config.Linux?.Namespaces ?? [], criu), .. state.Descriptors.Where(StandardDescriptors.IsFile)],
            Mounts = Options.PreDump ? [] : ExternalMounts.ForDump(config, state.Bundle, state.Cgroups, mounts),
        };
        if (!Options.PreDump) { StandardDescriptors.Write(directories.Images, state.Descriptors); }

        using CriuSession session = CriuSession.StartSilently(criu);
        CriuResponse? answer = session.Ask(CriuRequest.Of(Options.PreDump ? CriuRequestKind.PreDump : CriuRequestKind.Dump, options), limit: null, (notice, _) => Notice(notice));
        string end = session.End();

        // After a pre-dump criu waits for the dump, which comes from another run, and takes the closed connection for a failure.
        if (answer is not { IsSuccess: true } || !session.EndedWell && !Options.PreDump) { throw CriuFailure.Of("checkpoint", answer, end, session, directories, Log); }
    }

    private bool Notice(CriuResponse notice)
    {
        if (notice.Script == "status-ready" && request.Status is { } status) { FileDescriptor.WriteAll(status, [0], "status-fd"); }

        return true;
    }

    private string? FreezerOf(CriuProgram criu)
    {
        CgroupLocation? found = null;
        foreach (CgroupLocation location in state.Cgroups)
        {
            if (location.Has("freezer") || found is null && location.IsUnified && criu.Version >= CriuProgram.UnifiedFreezerVersion) { found = location; }
        }

        return found?.Directory;
    }

    // criu thaws what it has frozen; one that was killed has not.
    private void LetRun()
    {
        using CgroupSet freezer = CgroupSet.OpenFreezer(state.Cgroups);
        if (state.Status != ContainerStatus.Paused && freezer.IsFrozen) { freezer.Thaw(); }
    }
}
