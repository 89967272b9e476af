using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Containers;

/// <content>What a container takes from others that run: namespaces, and with that of ipc the shared memory.</content>
public sealed partial class ContainerService
{
    private const string SharedMemory = "/dev/shm";
    private const int SharedMemoryPlace = SecretsPlace + 1;

    /// <summary>Namespaces of other containers that are to be joined, by kind. Before a start they need not be there.</summary>
    private Dictionary<string, string> JoinedBy(ContainerConfig config, bool isStart)
    {
        Dictionary<string, string> joined = new(StringComparer.Ordinal);
        AddJoined(joined, "network", "net", config.NetworkMode, isStart);
        AddJoined(joined, "pid", "pid", config.PidMode, isStart);
        AddJoined(joined, "ipc", "ipc", config.IpcMode, isStart);
        return joined;
    }

    private void AddJoined(Dictionary<string, string> joined, string kind, string file, string? mode, bool isStart)
    {
        if (JoinedContainer.Named(mode) is not { } name) { return; }

        ContainerRecord other = Find(name);
        if (isStart)
        {
            if (kind == "ipc") { RequireShareable(other); }
            else if (!Runs(other)) { throw new EngineException(ErrorCode.Conflict, $"cannot join {kind} of a non running container: {other.Id}", $"inro start {other.Name}"); }
        }

        joined[kind] = string.Create(CultureInfo.InvariantCulture, $"/proc/{other.Pid}/ns/{file}");
    }

    private bool Runs(ContainerRecord other) =>
        other.State is ContainerState.Running or ContainerState.Paused or ContainerState.Initialized && processes.ReadStatus(paths.RunDirectory(other.Id)) is { } status && processes.IsAlive(status);

    // The host's can be shared anyway, and whoever shares another one's hands that on.
    private void RequireShareable(ContainerRecord other)
    {
        if (!Runs(other)) { throw new EngineException(ErrorCode.Conflict, $"can't join IPC of container {other.Id}: container {other.Id} is not running", $"inro start {other.Name}"); }

        bool isShareable = other.Config.IpcMode is "shareable" or "host" || JoinedContainer.Named(other.Config.IpcMode) is not null;
        if (!isShareable)
        {
            throw new EngineException(
                ErrorCode.InvalidArgument,
                $"can't join IPC of container {other.Id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)",
                $"make {other.Name} anew with --ipc shareable");
        }
    }

    /// <summary>Puts the shared memory of the container whose ipc namespace is joined where the start takes it from: that memory lives as long as one of the two.</summary>
    private void ShareMemory(ContainerRecord record)
    {
        if (JoinedContainer.Named(record.Config.IpcMode) is not { } name) { return; }

        ContainerRecord other = Find(name);
        try
        {
            using PidFd process = OpenProcess(other) ?? throw new EngineException(ErrorCode.Conflict, $"can't join IPC of container {other.Id}: container {other.Id} is not running", $"inro start {other.Name}");
            using SafeFileHandle memory = PrivateMounts.CopyOf(process, SharedMemory);
            MountTree.Attach(memory, mountPlaces.Make(record.Id, SharedMemoryPlace));
        }
        catch (LinuxException failure)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"the shared memory of container {other.Name} cannot be taken: {failure.Message}", $"{other.Name} must have {SharedMemory} in its mounts", failure);
        }

        reached("start: memory shared");
    }
}
