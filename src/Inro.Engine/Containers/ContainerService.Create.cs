using Inro.Engine.Containers.Compose;
using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Engine.Shim;
using Inro.Engine.Storage;
using Inro.Engine.Volumes;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <content>Making a container.</content>
public sealed partial class ContainerService
{
    /// <summary>Makes a container, ready to start.</summary>
    /// <exception cref="EngineException">NotFound: no such image (the caller may pull and try again). AlreadyExists: the name is taken.
    /// InvalidArgument: the configuration contradicts itself.</exception>
    public CreatedContainer Create(ContainerConfig config)
    {
        Draft draft = Plan(config, NewId());
        using FileLock held = Lock(draft.Id);
        ContainerRecord record = Intend(draft);
        try
        {
            SnapshotMount rootfs = MakeFiles(record, draft.Image.ChainId, shim: null);
            draft.Notes.AddRange(Compose(record, rootfs, draft.Defaults, IdsOf(record), isStart: false).Warnings); // what cannot be composed is not created
            store.Write(() =>
            {
                table.SetState(record.Id, ContainerState.Created, Boot);
                AddEvent(record, "create");
            });
            reached("create: committed");
        }
        catch (IOException full) when (FullDisk.Is(full))
        {
            Abandon(record);
            throw FullDisk.At(paths.Root, full);
        }
        catch
        {
            Abandon(record);
            throw;
        }

        journal.Leave(record.Id);
        events.Ring();
        return new CreatedContainer(record.Id, record.Name, draft.Notes);
    }

    /// <summary>Whether a container could not be made for want of its image: it is not here, or here for another platform than the one asked for.</summary>
    public static bool IsOfImage(EngineException failure) => failure.Code == ErrorCode.NotFound
        && (failure.Problem.StartsWith("No such image", StringComparison.Ordinal) || failure.Problem.StartsWith("image with reference", StringComparison.Ordinal));

    /// <summary>The id of a container to be: 64 hex digits.</summary>
    public static string NewId() => KernelRandom.Hex(32);

    /// <summary>Everything that can be found out before anything is changed (but for a bind source that docker makes, too).</summary>
    private Draft Plan(ContainerConfig config, string id)
    {
        if (config.Requires.Count > 0) { config = config with { Requires = RequiredBy(config) }; }

        string? name = config.Name is { } typed ? ContainerName.Check(typed) : null;
        string network = NetworkChoice.Of(config); // step 5 of a run
        if (UsersOf(config).KeepsId) { _ = KindFor(config); }
        LogChoice.Require(config);
        _ = RuntimeChoice.Of(config, paths.IsRootful);
        if (config.StopSignal is { } signal) { _ = SignalName.Parse(signal); }

        ImageSummary image = images.Resolve(config.Image); // step 2 of a run
        List<string> notes = [];
        ContainerDefaults defaults = images.ReadDefaults(image, out Platform? platform);
        PlatformChoice.Check(config, platform, notes);
        List<string> arguments = CommandLine.Of(config, defaults);
        CheckSecrets(config);
        if (SizeLimit.Of(config.StorageOptions) is not null) { SizeLimit.Require(paths, storage.Find()); }

        _ = DemandedDevices(config);
        IReadOnlyList<ResolvedMount> mounts = volumes.Resolve(MountsOf(config, defaults), notes);
        var record = new ContainerRecord
        {
            Id = id,
            Name = name ?? "",
            State = ContainerState.Creating,
            Vanishes = config.AutoRemove,
            Config = config,
            ImageId = image.Id,
            ManifestDigest = image.ManifestDigest,
            BootId = Boot,
            CgroupPath = (paths.IsRootful ? "" : DelegatedCgroup.Find()) + paths.Cgroup(id, config.CgroupParent),
            Arguments = arguments,
            Mounts = mounts,
            CreatedNanoseconds = Now,
        };
        var more = new NewContainer(image.ChainId, network, Labels.Join(defaults.Labels, config.Labels), MountNames(mounts));
        return new Draft(record, more, image, defaults, notes);
    }

    /// <summary>Step 4 of a run: the row, before anything else of the container exists. One transaction keeps names unique.</summary>
    private ContainerRecord Intend(Draft draft)
    {
        reached("create: journal entered");
        try
        {
            SnapshotKind kind = KindFor(draft.Record.Config);
            UserNamespaceMode users = UsersOf(draft.Record.Config);
            IdRangePools? pools = users.TakesRange ? idPools(paths.Instance) : null;
            ContainerRecord record = store.Write(() =>
            {
                string name = FreeName(draft.Record.Name);
                ContainerRecord row = draft.Record with { Name = name, Snapshot = NextSnapshot(), SnapshotKind = kind };
                table.Insert(row, draft.More);
                images.NoteUse(row.ManifestDigest);
                volumes.Claim(row.Id, row.Mounts, events);
                ClaimImages(row);
                if (pools is not null) { idRanges.Take(row.Id, pools, users.Size); }

                return row;
            });
            reached("create: intent committed");
            return record;
        }
        catch (EngineException)
        {
            journal.Leave(draft.Id);
            throw;
        }
        catch (IOException full) when (FullDisk.Is(full))
        {
            journal.Leave(draft.Id);
            throw FullDisk.At(paths.Root, full);
        }
    }

    private string FreeName(string wanted)
    {
        if (wanted.Length == 0)
        {
            for (int attempt = 0; ; attempt++)
            {
                string name = ContainerName.Random(attempt);
                if (table.IdOfName(name) is null) { return name; }
            }
        }

        return table.IdOfName(wanted) is not { } holder ? wanted : throw new EngineException(
            ErrorCode.AlreadyExists,
            $"Conflict. The container name \"/{wanted}\" is already in use by container \"{holder}\". You have to remove (or rename) that container to be able to reuse that name.",
            $"inro rm {wanted}");
    }

    private long NextSnapshot()
    {
        using Statement next = store.Prepare("UPDATE counters SET value = value + 1 WHERE name = 'snapshot' RETURNING value");
        long number = next.Step() ? next.Number(0) : throw new EngineException(ErrorCode.DataLoss, "the counter of snapshots is missing");
        next.Run();
        return number;
    }

    /// <summary>Step 3 of a run: the bundle's directory and the writable layer. What is in the bundle is written at each start, from the row.</summary>
    /// <param name="record">The row.</param>
    /// <param name="chainId">Its image's layers.</param>
    /// <param name="shim">Told first, with the lock that it is to hold: it makes its part meanwhile. Null: nothing is started.</param>
    /// <param name="written">What a checkpoint wrote, to restore from; null: it is started.</param>
    private SnapshotMount MakeFiles(ContainerRecord record, string chainId, (IWaitingShim Waiting, FileLock Held)? shim, string? written = null)
    {
        IReadOnlyList<long> layers = Layers(chainId);
        SnapshotMount rootfs = snapshots.Describe(record.Snapshot, layers, isVolatile: record.Config.AutoRemove, record.SnapshotKind);
        files.MakeBundle(record.Id);
        reached("create: bundle made");
        if (shim is { } told)
        {
            files.WriteShimConfig(record.Id, ShimConfigFile.Encode(ShimConfigOf(record, rootfs, written)));
            Tell(told.Waiting, told.Held);
        }

        _ = snapshots.Prepare(record.Snapshot, layers, isVolatile: record.Config.AutoRemove, record.SnapshotKind);
        if (SizeLimit.Of(record.Config.StorageOptions) is { } bytes) { SizeLimit.Apply(paths, record.Snapshot, bytes); }

        if (record.Mounts.Count > 0) { FillVolumes(record, rootfs); }

        reached("create: files made");
        return rootfs;
    }

    private void AddEvent(ContainerRecord record, string action, string? exitCode = null, string? signal = null, string? oldName = null, string? execId = null) =>
        events.Add(Now, "container", action, record.Id, EventAttributes.Of(
            "execID", execId, "exitCode", exitCode, "image", record.Config.Image, "name", record.Name, "oldName", oldName, "signal", signal));

    private static string MountNames(IReadOnlyList<ResolvedMount> mounts) =>
        mounts.Count == 0 ? "" : string.Join(',', mounts.Select(m => m.VolumeName.Length > 0 ? m.VolumeName : m.Source).Where(n => n.Length > 0));

    /// <summary>A container before it has a name.</summary>
    private sealed record Draft(ContainerRecord Record, NewContainer More, ImageSummary Image, ContainerDefaults Defaults, List<string> Notes)
    {
        public string Id => Record.Id;
    }
}
