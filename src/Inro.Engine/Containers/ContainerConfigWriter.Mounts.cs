using System.Text.Json;
using Inro.Engine.Devices;
using Inro.Engine.Secrets;
using Inro.Engine.Volumes;

namespace Inro.Engine.Containers;

/// <content>Mounts, secrets and demanded devices.</content>
internal static partial class ContainerConfigWriter
{
    private static void Mount(Utf8JsonWriter json, MountRequest mount)
    {
        json.WriteStartObject();
        json.WriteNumber("kind"u8, (int)mount.Kind);
        Text(json, "source"u8, mount.Source);
        json.WriteString("target"u8, mount.Target);
        Flag(json, "readOnly"u8, mount.ReadOnly);
        Text(json, "propagation"u8, mount.Propagation);
        Flag(json, "createSource"u8, mount.CreateSource);
        Flag(json, "nonRecursive"u8, mount.NonRecursive);
        Flag(json, "noCopy"u8, mount.NoCopy);
        Text(json, "subpath"u8, mount.Subpath);
        Text(json, "driver"u8, mount.Driver);
        Map(json, "driverOptions"u8, mount.DriverOptions);
        Map(json, "labels"u8, mount.Labels);
        Number(json, "tmpfsSizeBytes"u8, mount.TmpfsSizeBytes == 0 ? null : mount.TmpfsSizeBytes);
        Number(json, "tmpfsMode"u8, mount.TmpfsMode);
        List(json, "options"u8, mount.Options);
        Text(json, "mode"u8, mount.Mode);
        Flag(json, "shortForm"u8, mount.ShortForm);
        More(json, mount.Reach, mount.TakesOwner, mount.IdMap, mount.Overlay);
        json.WriteEndObject();
    }

    private static void Mount(Utf8JsonWriter json, ResolvedMount mount)
    {
        json.WriteStartObject();
        json.WriteNumber("kind"u8, (int)mount.Kind);
        json.WriteString("source"u8, mount.Source);
        json.WriteString("target"u8, mount.Target);
        Text(json, "volumeName"u8, mount.VolumeName);
        Text(json, "driver"u8, mount.Driver);
        Flag(json, "needsMount"u8, mount.NeedsMount);
        Flag(json, "isAnonymous"u8, mount.IsAnonymous);
        Flag(json, "readOnly"u8, mount.ReadOnly);
        Text(json, "propagation"u8, mount.Propagation);
        Flag(json, "nonRecursive"u8, mount.NonRecursive);
        Flag(json, "noCopy"u8, mount.NoCopy);
        List(json, "options"u8, mount.Options);
        Text(json, "mode"u8, mount.Mode);
        Text(json, "subpath"u8, mount.Subpath);
        Map(json, "driverOptions"u8, mount.DriverOptions);
        Map(json, "labels"u8, mount.Labels);
        Text(json, "imageId"u8, mount.ImageId);
        More(json, mount.Reach, mount.TakesOwner, mount.IdMap, mount.Overlay);
        json.WriteEndObject();
    }

    private static void Demands(Utf8JsonWriter json, IReadOnlyList<DeviceDemand> demands)
    {
        if (demands.Count == 0) { return; }

        json.WriteStartArray("deviceDemands"u8);
        foreach (DeviceDemand demand in demands)
        {
            json.WriteStartObject();
            Text(json, "driver"u8, demand.Driver);
            json.WriteNumber("count"u8, demand.Count);
            List(json, "ids"u8, demand.Ids);
            List(json, "capabilities"u8, demand.Capabilities);
            Map(json, "options"u8, demand.Options);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Secrets(Utf8JsonWriter json, IReadOnlyList<SecretRequest> secrets)
    {
        if (secrets.Count == 0) { return; }

        json.WriteStartArray("secrets"u8);
        foreach (SecretRequest secret in secrets)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, secret.Name);
            Flag(json, "isVariable"u8, secret.IsVariable);
            Text(json, "target"u8, secret.Target);
            json.WriteNumber("userId"u8, secret.UserId);
            json.WriteNumber("groupId"u8, secret.GroupId);
            json.WriteNumber("mode"u8, secret.Mode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void More(Utf8JsonWriter json, ReadOnlyReach reach, bool takesOwner, string? idMap, OverlayPlaces? overlay)
    {
        Number(json, "reach"u8, reach == ReadOnlyReach.Usual ? null : (int)reach);
        Flag(json, "takesOwner"u8, takesOwner);
        if (idMap is not null) { json.WriteString("idMap"u8, idMap); }

        if (overlay is not null) { Nullable(json, "overlay"u8, [overlay.Upper, overlay.Work]); }
    }
}
