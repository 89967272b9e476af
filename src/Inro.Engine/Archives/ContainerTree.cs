using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Storage;
using Inro.Engine.Volumes;
using Inro.Images.Layers;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Archives;

/// <summary>The files of a container as it sees them, open: of one that runs through its mounts, of another through a mount of our own, which keeps it from being started meanwhile.</summary>
internal sealed class ContainerTree : IDisposable
{
    private static readonly string[] NetworkFiles = ["resolv.conf", "hostname", "hosts"];

    private readonly IDisposable? held;

    private ContainerTree(ContainerRecord record, DirFd root, IdTranslation? ids, IDisposable? held)
    {
        Record = record;
        Root = root;
        Ids = ids;
        this.held = held;
    }

    /// <summary>The container.</summary>
    public ContainerRecord Record { get; }

    /// <summary>Its root directory. Resolve names inside it only.</summary>
    public DirFd Root { get; }

    /// <summary>Its ids, where they are others than this process's.</summary>
    public IdTranslation? Ids { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="EngineException">NotFound: it is gone. PreconditionFailed: its files cannot be mounted. PermissionDenied: this process may not look.</exception>
    public static ContainerTree Open(InstancePaths paths, ContainerService containers, ContainerRecord record)
    {
        if (TryOpenRunning(containers, record) is { } running) { return running; }

        ContainerAtRest resting = containers.Hold(record.Id);
        try
        {
            if (TryOpenRunning(containers, resting.Record) is { } started)
            {
                resting.Dispose();
                return started;
            }

            using SafeFileHandle mount = RestingRoot.Mount(LayersOf(paths, resting.Record), containers.RootfsAtRest(resting.Record, out IReadOnlyList<ResolvedMount> mounts), MountsOf(paths, resting.Record, mounts), resting.Record.Config.ReadOnlyRootfs, paths.Snapshots);
            return new ContainerTree(resting.Record, DirFd.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{mount.DangerousGetHandle()}")), ids: null, resting);
        }
        catch
        {
            resting.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Root.Dispose();
        held?.Dispose();
    }

    /// <summary>The mount that people have of it already; null: none. A second one would spoil its writable layer.</summary>
    private static string? LayersOf(InstancePaths paths, ContainerRecord record)
    {
        MountCounts mounts = MountCounts.OfContainers(paths);
        if (!MountCounts.IsContainerInUse(paths, record.Id)) { return null; }

        return mounts.CountOf(record.Id) > 0
            ? mounts.PathOf(record.Id)
            : throw new EngineException(ErrorCode.Conflict, $"container {record.Name} is mounted in another mount namespace", $"do it there, or first: inro unmount {record.Name}");
    }

    private static ContainerTree? TryOpenRunning(ContainerService containers, ContainerRecord record)
    {
        using PidFd? process = containers.OpenProcess(record);
        if (process is null) { return null; }

        try
        {
            IdTranslation? ids = IdsOf(record.Pid);
            DirFd root = PrivateMounts.OpenRootOf(process);
            if (!process.WaitForEnd(TimeSpan.Zero)) { return new ContainerTree(record, root, ids, held: null); } // its ids were not another one's

            root.Dispose();
            return null;
        }
        catch (LinuxException gone) when (gone.Errno is (Errno.ESRCH or Errno.ENOENT)) { return null; }
        catch (FileNotFoundException) { return null; }
        catch (LinuxException refused) when (refused.Errno is (Errno.EPERM or Errno.EACCES))
        {
            throw new EngineException(ErrorCode.PermissionDenied, $"the mounts of container {record.Name} cannot be entered: {refused.Message}", "do it as the user who started the container", refused);
        }
    }

    /// <summary>Its user namespace's ids as this process sees them; null: they are the same.</summary>
    private static IdTranslation? IdsOf(int pid)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
        if (File.ResolveLinkTarget(process + "/ns/user", returnFinalTarget: false)?.Name == File.ResolveLinkTarget("/proc/self/ns/user", returnFinalTarget: false)?.Name) { return null; }

        return new IdTranslation(IdMapping.ReadMap(File.ReadAllText(process + "/uid_map")), IdMapping.ReadMap(File.ReadAllText(process + "/gid_map")));
    }

    /// <summary>What of the host is seen in a container that does not run: volumes, binds, and the files that its last start has written.</summary>
    private static List<RestingMount> MountsOf(InstancePaths paths, ContainerRecord record, IReadOnlyList<ResolvedMount> resolved)
    {
        List<RestingMount> mounts = [];
        foreach (string name in NetworkFiles)
        {
            string source = $"{paths.Bundle(record.Id)}/{name}";
            if (File.Exists(source)) { mounts.Add(new RestingMount(source, "/etc/" + name, IsReadOnly: false, IsRecursive: false)); }
        }

        foreach (ResolvedMount mount in resolved)
        {
            if (mount.Kind is not (MountKind.Bind or MountKind.Volume) || !Path.Exists(mount.Source)) { continue; }

            mounts.RemoveAll(m => m.Target == mount.Target);
            mounts.Add(new RestingMount(mount.Source, mount.Target, mount.ReadOnly, !mount.NonRecursive));
        }

        return mounts;
    }
}
