using Inro.Engine.Storage;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Spec;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The container as the runtime sees it.</summary>
internal sealed class ContainerHost(ShimConfig config) : IContainerHost
{
    private const int MaxConfigBytes = 4 * 1024 * 1024;
    private const string NotAProgram = "give a program for this machine's processor, or a script that begins with #!";

    private readonly ContainerRuntime runtime = new(config.StateDirectory, config.FilterCache);
    private ContainerPlace? place;
    private ContainerEnding? ending;
    private SafeFileHandle? mounts;
    private SafeFileHandle? network;
    private FuseOverlay? fuse;

    /// <inheritdoc/>
    public void Prepare() => place = Translated(() => runtime.Prepare(new PlaceRequest
    {
        Id = config.Id,
        Bundle = config.Bundle,
        CgroupsPath = config.CgroupsPath,
        OwnsCgroupParent = config.OwnsCgroupParent,
    }));

    /// <inheritdoc/>
    public HostedProcess Start(HostedStdio? stdio, WindowSize? size, bool isHeld)
    {
        using SafeFileHandle none = Nothing();
        RuntimeConfig read = ReadConfig(size);
        MountRoot(read);
        ContainerPlace? prepared = place;
        place = null; // the runtime's from here on, whatever comes of it
        var launch = new LaunchRequest
        {
            Id = config.Id,
            Config = read,
            Bundle = config.Bundle,
            Rootfs = config.Rootfs,
            RootMount = fuse?.Root,
            Stdio = Stdio(stdio, none),
            StartNow = !isHeld,
            OwnsCgroupParent = config.OwnsCgroupParent,
            Place = prepared,
        };
        HostedProcess started = Launched(() => Hosted(config.RestoredFrom is { } images ? runtime.Restore(ContainerCheckpoints.Restoring(launch, images)) : runtime.Create(launch)));
        fuse?.ReleaseRoot(); // the container has it
        HoldNamespaces(started.Process);
        return started;
    }

    /// <inheritdoc/>
    public void LetGo() => Translated(() =>
    {
        runtime.Start(config.Id);
        return true;
    });

    /// <inheritdoc/>
    public HostedProcess Exec(ReadOnlySpan<byte> process, HostedStdio? stdio, WindowSize? size, IReadOnlyList<SafeFileHandle> kept, CancellationToken ct)
    {
        ProcessConfig definition;
        try { definition = RuntimeConfigReader.ReadProcess(process); }
        catch (RuntimeConfigException failure) { throw new ShimException(ExitStatuses.RunFailed, failure.Message, inner: failure); }

        definition = WithSize(definition, size);
        using SafeFileHandle none = Nothing();
        return Translated(() => Hosted(runtime.Exec(new ExecRequest { Id = config.Id, Process = definition, Stdio = Stdio(stdio, none), PreservedDescriptors = kept, GiveUp = ct })));
    }

    /// <inheritdoc/>
    public bool IsPaused
    {
        get
        {
            if (config.CgroupsPath is not { } path) { return false; }

            using CgroupSet freezer = CgroupSet.OpenFreezer(CgroupPlan.Make(CgroupLayout.Read(), path, path, resources: null, rootless: EffectiveIds.User != 0).Locations);
            return freezer.IsFrozen;
        }
    }

    /// <inheritdoc/>
    public HostedEnd End()
    {
        try
        {
            ending = runtime.End(config.Id, force: true);
            return new HostedEnd(OutOfMemoryCount.In(ending.Read("memory", "memory.oom_control") ?? ending.Read("memory", "memory.events")) > 0, Problem: null);
        }
        catch (RuntimeException failure) when (failure.Error == RuntimeError.NotFound) { return default; }
        catch (Exception failure) when (failure is IOException or ResourceException) { return new HostedEnd(false, failure.Message); }
    }

    /// <inheritdoc/>
    public string? GiveBack()
    {
        try
        {
            place?.GiveBack();
            place = null;
            ending?.GiveBack();
            return null;
        }
        catch (Exception failure) when (failure is IOException or ResourceException) { return failure.Message; }
        finally
        {
            ending?.Dispose();
            ending = null;
            LetNamespacesGo();
            EndFuse();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        place?.Dispose();
        ending?.Dispose();
        LetNamespacesGo();
        fuse?.Dispose();
        runtime.Dispose();
    }

    private static ProcessConfig WithSize(ProcessConfig process, WindowSize? size) =>
        size is { } wanted ? process with { ConsoleSize = new ConsoleSize(wanted.Rows, wanted.Columns) } : process;

    private RuntimeConfig ReadConfig(WindowSize? size)
    {
        string path = config.Bundle + "/config.json";
        using SafeFileHandle file = Descriptor.Open(path, OpenFlags.Read);
        try
        {
            RuntimeConfig read = RuntimeConfigReader.Read(ShimFiles.ReadAll(file, MaxConfigBytes));
            return read.Process is { } process ? read with { Process = WithSize(Secrets.SecretVariables.AddTo(process, read.Annotations), size) } : read;
        }
        catch (RuntimeConfigException failure)
        {
            throw new ShimException(ExitStatuses.RunFailed, $"{path}: {failure.Message}", "remove the container and make it again", failure);
        }
    }

    private static LaunchStdio Stdio(HostedStdio? stdio, SafeFileHandle none) =>
        stdio is null ? new(none, none, none) : new(stdio.Stdin ?? none, stdio.Stdout ?? none, stdio.Stderr ?? none);

    private static SafeFileHandle Nothing() => Descriptor.Open("/dev/null", OpenFlags.ReadWrite);

    // The kernel takes namespaces apart in the process that leaves them last. If that were the container's, nobody would learn of its end before
    // that is done: milliseconds in which the shim and its client can give back the rest.
    private void HoldNamespaces(PidFd process)
    {
        mounts = process.TryOpenMountNamespace();
        network = process.TryOpenNetworkNamespace();
    }

    private void LetNamespacesGo()
    {
        mounts?.Dispose();
        network?.Dispose();
        mounts = network = null;
    }

    /// <summary>A root that a program shows is mounted before the launch: the program must answer when the launch looks into it.</summary>
    private void MountRoot(RuntimeConfig container)
    {
        if (config.Rootfs is not { Kind: SnapshotKind.FuseOverlay } layers) { return; }

        try { fuse = FuseOverlay.Mount(layers, users: container.Linux?.UidMappings, groups: container.Linux?.GidMappings); }
        catch (StorageException failure) { throw Unmounted(layers, failure.Message, failure.Remedy, failure); }
    }

    private void EndFuse()
    {
        fuse?.AwaitEnd();
        fuse?.Dispose();
        fuse = null;
    }

    private T Launched<T>(Func<T> work)
    {
        try { return Translated(work); }
        catch (ShimException failure) when (config.Rootfs is { } layers && failure.InnerException is LaunchException { Operation: { Step.Name: "root", Label: "open file system" or "set option" or "create file system" or "make mount of" or "mount" } } launch)
        {
            throw Unmounted(layers, launch.Message, launch.Remedy, failure);
        }
    }

    private static ShimException Unmounted(SnapshotMount layers, string why, string? remedy, Exception cause)
    {
        StorageException told = StorageChoice.Explain(layers.Directory, layers.Kind, why);
        return new ShimException(ExitStatuses.RunFailed, told.Message, remedy is null ? told.Remedy : $"{remedy}; or {told.Remedy}", cause);
    }

    private static HostedProcess Hosted(LaunchedContainer launched) =>
        new(launched.Pid, launched.Process, launched.StartTime, launched.Console);

    private static T Translated<T>(Func<T> work)
    {
        try { return work(); }
        catch (RuntimeException failure) { throw new ShimException(StatusOf(failure.Error), failure.Message, failure.Remedy, failure); }
        catch (LaunchException failure) when (failure.Errno == Errno.ENOEXEC) { throw new ShimException(ExitStatuses.CommandNotExecutable, failure.Message, NotAProgram, failure); }
        catch (LaunchException failure) { throw new ShimException(ExitStatuses.RunFailed, failure.Message, failure.Remedy, failure); }
        catch (ResourceException failure) { throw new ShimException(ExitStatuses.RunFailed, failure.Message, failure.Remedy, failure); }
    }

    private static int StatusOf(RuntimeError error) => error switch
    {
        RuntimeError.ProgramNotFound => ExitStatuses.CommandNotFound,
        RuntimeError.ProgramNotExecutable => ExitStatuses.CommandNotExecutable,
        RuntimeError.WrongState => ExitStatuses.VerbFailed, // it ended while an exec was on its way
        _ => ExitStatuses.RunFailed,
    };
}
