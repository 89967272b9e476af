using Inro.Engine.Configuration;
using Inro.Engine.Devices;
using Inro.Engine.Secrets;
using Inro.Engine.Volumes;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <content>Devices that others describe, and secrets: looked up when the container is made, read at each start, never in the bundle.</content>
public sealed partial class ContainerService
{
    private const int SecretsPlace = 1_000_000; // behind all mounts

    /// <summary>What the devices change that CDI's files describe.</summary>
    /// <exception cref="EngineException">NotFound: one is not described.</exception>
    private static IReadOnlyList<CdiEdits> DemandedDevices(ContainerConfig config)
    {
        if (config.DeviceDemands.Count == 0) { return []; }

        var registry = new CdiRegistry(ConfigurationReader.ReadCdiDirectories());
        return registry.Find(DeviceChoice.Names(config.DeviceDemands, registry));
    }

    /// <exception cref="EngineException">NotFound: one is not there.</exception>
    private void CheckSecrets(ContainerConfig config)
    {
        foreach (SecretRequest request in config.Secrets)
        {
            if (store.Read(() => new SecretTable(store).Find(request.Name)) is null) { throw SecretCatalog.NoSuchSecret(request.Name); }
        }
    }

    /// <summary>Puts a start's secrets into memory, and the mounts of them into the configuration.</summary>
    private RuntimeConfig WithSecrets(ContainerRecord record, RuntimeConfig config)
    {
        if (record.Config.Secrets.Count == 0) { return config; }

        var catalog = new SecretCatalog(paths, store, clock);
        List<(SecretRequest, byte[])> secrets = [];
        foreach (SecretRequest request in record.Config.Secrets)
        {
            SecretRecord secret = catalog.Find(request.Name);
            secrets.Add((request with
            {
                Target = request.Target.Length > 0 ? request.Target : secret.Name,
                UserId = Outside(request.UserId, config.Linux!.UidMappings), // a composed configuration has the part
                GroupId = Outside(request.GroupId, config.Linux.GidMappings),
            }, catalog.Read(secret)));
        }

        string place = mountPlaces.Make(record.Id, SecretsPlace);
        IReadOnlyList<string?> placed = SecretMount.Attach(place, secrets);
        reached("secrets: placed");
        List<MountConfig> mounts = [.. config.Mounts];
        bool showsDirectory = false;
        var annotations = new Dictionary<string, string>(config.Annotations, StringComparer.Ordinal);
        for (int i = 0; i < placed.Count; i++)
        {
            SecretRequest request = secrets[i].Item1;
            if (request.IsVariable) { annotations[SecretVariables.Annotation] = place + "/" + SecretMount.EnvironmentName; }
            else if (!SecretMount.IsShown(request)) { mounts.Add(Bind(placed[i]!, MountCheck.Clean(request.Path))); } // a file's place is never null
            else if (!showsDirectory)
            {
                showsDirectory = true;
                mounts.Add(Bind(SecretMount.Shown(place), SecretRequest.Directory));
            }
        }

        return config with { Mounts = mounts, Annotations = annotations };
    }

    private static MountConfig Bind(string source, string target) =>
        new() { Destination = target, Type = "bind", Source = source, Options = ["bind", "ro", "nosuid", "nodev", "noexec", "rprivate"] };
}
