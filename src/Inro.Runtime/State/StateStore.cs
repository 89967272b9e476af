using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime.Resources;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.State;

/// <summary>The state directory: one sub-directory per container with its state file, its lock and its gate.</summary>
internal sealed class StateStore(string root)
{
    /// <summary>Name of the gate's socket.</summary>
    public const string GateName = "gate";

    private const string FileName = "state.json";
    private const string LockName = "lock";
    private const int MaxStateBytes = 1024 * 1024;
    private const uint OwnerOnly = 0x1C0; // 0700

    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(20);

    /// <summary>Makes a container's directory; the id is taken from then on.</summary>
    /// <exception cref="RuntimeException">It is taken already.</exception>
    public DirFd Make(string id)
    {
        using DirFd directory = OpenRoot();
        Errno error = directory.TryMakeDirectory(PathBytes.Encode(id), OwnerOnly);
        return error switch
        {
            Errno.None => directory.OpenDirectory(id),
            Errno.EEXIST => throw new RuntimeException(RuntimeError.AlreadyExists, $"container with id exists: {id}", $"delete it first, or choose another id"),
            _ => throw new LinuxException("mkdirat", $"{root}/{id}", error),
        };
    }

    /// <exception cref="RuntimeException">There is no such container.</exception>
    public DirFd Open(string id)
    {
        ContainerId.Check(id);
        try
        {
            return DirFd.Open($"{root}/{id}");
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw new RuntimeException(RuntimeError.NotFound, $"container does not exist: {id}", null, e);
        }
    }

    /// <summary>Ids of all containers.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            using DirFd directory = DirFd.Open(root);
            return [.. directory.List().Select(static n => PathBytes.Show(n)).Where(static n => n.Length > 0 && n[0] != '.')];
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return [];
        }
    }

    /// <summary>The whole path of a container's directory.</summary>
    public string DirectoryPath(string id) => $"{root}/{id}";

    /// <summary>The whole path of a container's gate.</summary>
    public string GatePath(string id) => $"{root}/{id}/{GateName}";

    /// <summary>Keeps other commands from changing the container.</summary>
    public static FileLock Lock(DirFd directory) => FileLock.Acquire(directory, LockName, shared: false, LockLimit);

    /// <summary>Replaces the state file. It does not outlive a boot: no flush.</summary>
    public static void Write(DirFd directory, ContainerState state) =>
        AtomicFile.Write(directory, FileName, StateDocument.Write(state), durable: false);

    /// <summary>Reads the state file as it stands; null when a creator was killed before it wrote one.</summary>
    public static ContainerState? ReadFile(DirFd directory)
    {
        try
        {
            using SafeFileHandle file = directory.OpenInside(FileName, OpenFlags.Read | OpenFlags.NoFollow);
            return StateDocument.Read(FileDescriptor.ReadToEnd(file, MaxStateBytes, FileName));
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>The state compared with the process: right after its end, after a reuse of its pid and after a reboot.</summary>
    public static ContainerState Read(DirFd directory, string id, bool lookForPause)
    {
        ContainerState? written = ReadFile(directory);
        if (written is null || (written.Status == ContainerStatus.Creating && written.Pid == 0))
        {
            ContainerState state = written ?? new ContainerState { Id = id, OciVersion = "1.0.0", Status = ContainerStatus.Creating, Bundle = "" };
            using FileLock? free = FileLock.TryAcquire(directory, LockName, shared: false, TimeSpan.Zero);
            return free is null ? state : state with { Status = ContainerStatus.Stopped }; // its creator is gone
        }

        ContainerStatus status = Compare(written);
        if (status is ContainerStatus.Running or ContainerStatus.Created && lookForPause)
        {
            using CgroupSet freezer = CgroupSet.OpenFreezer(written.Cgroups);
            if (freezer.IsFrozen) { status = ContainerStatus.Paused; }
        }

        return written with { Status = status };
    }

    /// <summary>Removes a container's directory.</summary>
    public void Remove(string id)
    {
        using DirFd directory = DirFd.Open(root);
        directory.RemoveTree(id);
    }

    private static ContainerStatus Compare(ContainerState state)
    {
        ProcessStat? stat = ProcessStat.Read(state.Pid);
        bool lives = stat is { State: not ('Z' or 'X') } && stat.Value.StartTime == state.StartTime && state.BootId == BootId.Read();
        if (!lives) { return ContainerStatus.Stopped; }

        // A process that was restored from a checkpoint has never executed anything, and has no gate either.
        return stat!.Value.HasNotExecuted && state.Gate is not null ? ContainerStatus.Created : ContainerStatus.Running; // not null: it lives
    }

    private DirFd OpenRoot()
    {
        try
        {
            return DirFd.Open(root);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return DirFd.Open(root);
        }
    }
}
