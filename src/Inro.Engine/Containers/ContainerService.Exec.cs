using Inro.Engine.Containers.Compose;
using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Shim;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <content>Further processes.</content>
public sealed partial class ContainerService
{
    private const int ExecIdBytes = 32;

    /// <summary>Starts a process in a running container; it is a child of the shim, which alone gets its status.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="options">The process.</param>
    /// <param name="attach">Streams for the caller; null: none.</param>
    /// <param name="window">Size of the terminal, or null.</param>
    /// <returns>A connection that is about the new process; the caller disposes it.</returns>
    /// <exception cref="EngineException">Conflict: the container does not run. InvalidArgument: the request contradicts the image.
    /// With <see cref="EngineException.CommandStatus"/> 126 or 127 where the command is at fault.</exception>
    public ShimClient Exec(string id, ExecOptions options, AttachRequest? attach, WindowSize? window)
    {
        ContainerRecord record = RequireRunning(id, ErrorCode.Conflict);
        if (record.State == ContainerState.Restarting) { throw Restarting(record); }

        if (record.State == ContainerState.Paused)
        {
            throw new EngineException(ErrorCode.Conflict, $"container {record.Name} is paused, unpause the container before exec", $"inro unpause {record.Name}");
        }

        ProcessConfig process = ExecComposer.Compose(FirstProcess(record), options, HasOwnHome(record), () => RootfsOf(record));
        ShimClient client = ShimClient.TryConnect(paths.RunDirectory(id)) ?? throw NotRunning(record, ErrorCode.Conflict);
        try
        {
            client.Exec(new ShimExecRequest
            {
                ExecId = KernelRandom.Hex(ExecIdBytes),
                Process = RuntimeConfigWriter.WriteProcess(process),
                Terminal = options.Tty,
                Attach = attach,
                WindowSize = window,
            });
            return client;
        }
        catch (ShimException failure)
        {
            client.Dispose();
            throw new EngineException(ErrorCode.InvalidArgument, failure.Message, failure.Remedy, failure) { CommandStatus = failure.ExitStatus };
        }
    }

    /// <summary>The process of config.json as the container was started with it: capabilities, limits and labels are its.</summary>
    private ProcessConfig FirstProcess(ContainerRecord record)
    {
        string path = paths.Bundle(record.Id) + "/config.json";
        try
        {
            return RuntimeConfigReader.Read(File.ReadAllBytes(path)).Process
                ?? throw new EngineException(ErrorCode.DataLoss, $"{path} names no process");
        }
        catch (Exception damaged) when (damaged is RuntimeConfigException or IOException)
        {
            throw new EngineException(ErrorCode.DataLoss, $"{path} cannot be read: {damaged.Message}", cause: damaged);
        }
    }

    private LayeredFiles RootfsOf(ContainerRecord record) =>
        new(snapshots.Describe(record.Snapshot, Layers(images.Resolve(record.ImageId).ChainId)));

    private bool HasOwnHome(ContainerRecord record)
    {
        static bool IsHome(string entry) => entry.StartsWith("HOME=", StringComparison.Ordinal);
        return record.Config.Environment.Any(IsHome) || (DefaultsOf(record).Env ?? []).Any(IsHome);
    }
}
