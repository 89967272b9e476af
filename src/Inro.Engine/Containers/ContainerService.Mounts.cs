using Inro.Engine.Metadata;
using Inro.Engine.Volumes;
using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <content>What a container mounts, found out when it is made.</content>
public sealed partial class ContainerService
{
    private MountWish MountsOf(ContainerConfig config, ContainerDefaults defaults) => new()
    {
        Requests = config.Mounts,
        ImageVolumes = defaults.Volumes?.Keys ?? [],
        ImageVolumesBecome = config.ImageVolumes,
        OfOthers = config.VolumesFrom.Count > 0 ? MountsOfOthers(config.VolumesFrom) : [],
        Driver = config.VolumeDriver ?? "",
        FindImage = FindMountedImage,
    };

    /// <summary>The volumes and binds of other containers: <c>NAME[:ro|rw|z|Z]</c>.</summary>
    private List<ResolvedMount> MountsOfOthers(IReadOnlyList<string> typed)
    {
        List<ResolvedMount> taken = [];
        foreach (string one in typed)
        {
            int colon = one.IndexOf(':', StringComparison.Ordinal);
            string mode = colon < 0 ? "" : one[(colon + 1)..];
            if (one.Length == 0 || colon == 0) { throw new EngineException(ErrorCode.InvalidArgument, "invalid volumes-from specification: it is empty", "name a container"); }

            foreach (string word in mode.Split(','))
            {
                if (word is not ("" or "ro" or "rw" or "z" or "Z")) { throw new EngineException(ErrorCode.InvalidArgument, $"invalid mode \"{mode}\" for volumes-from", "give ro or rw"); }
            }

            ContainerRecord other = FindOrNull(colon < 0 ? one : one[..colon]) ?? throw NoSuchContainer(colon < 0 ? one : one[..colon]);
            bool isReadOnly = mode.Split(',').Contains("ro", StringComparer.Ordinal);
            foreach (ResolvedMount mount in other.Mounts)
            {
                if (mount.Kind is MountKind.Volume or MountKind.Bind) { taken.Add(mount with { ReadOnly = mount.ReadOnly || isReadOnly, NoCopy = true, Mode = mode }); }
            }
        }

        return taken;
    }

    /// <summary>An image that is to be mounted must be here: it is not pulled.</summary>
    private string FindMountedImage(string name) => images.TryResolve(name)?.Id
        ?? throw new EngineException(ErrorCode.NotFound, $"invalid mount config for type \"image\": No such image: {name}", $"inro pull {name}");

    /// <summary>Inside a transaction: images that the container mounts stay as long as it is there.</summary>
    private void ClaimImages(ContainerRecord record)
    {
        foreach (ResolvedMount mount in record.Mounts)
        {
            if (mount.ImageId.Length == 0) { continue; }

            using Statement insert = store.Prepare("INSERT INTO container_images(container, image) VALUES(?, ?) ON CONFLICT DO NOTHING");
            insert.Bind(1, record.Id);
            insert.Bind(2, mount.ImageId);
            insert.Run();
        }
    }
}
