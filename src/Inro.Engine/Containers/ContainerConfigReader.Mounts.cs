using System.Text.Json;
using Inro.Engine.Devices;
using Inro.Engine.Secrets;
using Inro.Engine.Volumes;

namespace Inro.Engine.Containers;

/// <content>Mounts, secrets and demanded devices.</content>
internal static partial class ContainerConfigReader
{
    private static MountRequest Request(ref Utf8JsonReader json) => Object(
        ref json,
        new MountRequest { Kind = MountKind.Bind, Target = "" },
        static (MountRequest m, string name, ref Utf8JsonReader json) => name switch
        {
            "kind" => m with { Kind = (MountKind)json.GetInt32() },
            "source" => m with { Source = Text(ref json) },
            "target" => m with { Target = Text(ref json) },
            "readOnly" => m with { ReadOnly = json.GetBoolean() },
            "propagation" => m with { Propagation = Text(ref json) },
            "createSource" => m with { CreateSource = json.GetBoolean() },
            "nonRecursive" => m with { NonRecursive = json.GetBoolean() },
            "noCopy" => m with { NoCopy = json.GetBoolean() },
            "subpath" => m with { Subpath = Text(ref json) },
            "driver" => m with { Driver = Text(ref json) },
            "driverOptions" => m with { DriverOptions = Map(ref json) },
            "labels" => m with { Labels = Map(ref json) },
            "tmpfsSizeBytes" => m with { TmpfsSizeBytes = json.GetInt64() },
            "tmpfsMode" => m with { TmpfsMode = json.GetInt32() },
            "options" => m with { Options = Strings(ref json) },
            "mode" => m with { Mode = Text(ref json) },
            "shortForm" => m with { ShortForm = json.GetBoolean() },
            "reach" => m with { Reach = (ReadOnlyReach)json.GetInt32() },
            "takesOwner" => m with { TakesOwner = json.GetBoolean() },
            "idMap" => m with { IdMap = Text(ref json) },
            "overlay" => m with { Overlay = Places(ref json) },
            _ => Skip(m, ref json),
        });

    private static ResolvedMount Resolved(ref Utf8JsonReader json) => Object(
        ref json,
        new ResolvedMount { Kind = MountKind.Bind, Source = "", Target = "" },
        static (ResolvedMount m, string name, ref Utf8JsonReader json) => name switch
        {
            "kind" => m with { Kind = (MountKind)json.GetInt32() },
            "source" => m with { Source = Text(ref json) },
            "target" => m with { Target = Text(ref json) },
            "volumeName" => m with { VolumeName = Text(ref json) },
            "driver" => m with { Driver = Text(ref json) },
            "needsMount" => m with { NeedsMount = json.GetBoolean() },
            "isAnonymous" => m with { IsAnonymous = json.GetBoolean() },
            "readOnly" => m with { ReadOnly = json.GetBoolean() },
            "propagation" => m with { Propagation = Text(ref json) },
            "nonRecursive" => m with { NonRecursive = json.GetBoolean() },
            "noCopy" => m with { NoCopy = json.GetBoolean() },
            "options" => m with { Options = Strings(ref json) },
            "mode" => m with { Mode = Text(ref json) },
            "subpath" => m with { Subpath = Text(ref json) },
            "driverOptions" => m with { DriverOptions = Map(ref json) },
            "labels" => m with { Labels = Map(ref json) },
            "imageId" => m with { ImageId = Text(ref json) },
            "reach" => m with { Reach = (ReadOnlyReach)json.GetInt32() },
            "takesOwner" => m with { TakesOwner = json.GetBoolean() },
            "idMap" => m with { IdMap = Text(ref json) },
            "overlay" => m with { Overlay = Places(ref json) },
            _ => Skip(m, ref json),
        });

    private static DeviceDemand Demand(ref Utf8JsonReader json) => Object(
        ref json,
        new DeviceDemand(),
        static (DeviceDemand d, string name, ref Utf8JsonReader json) => name switch
        {
            "driver" => d with { Driver = Text(ref json) },
            "count" => d with { Count = json.GetInt32() },
            "ids" => d with { Ids = Strings(ref json) },
            "capabilities" => d with { Capabilities = Strings(ref json) },
            "options" => d with { Options = Map(ref json) },
            _ => Skip(d, ref json),
        });

    private static SecretRequest Secret(ref Utf8JsonReader json) => Object(
        ref json,
        new SecretRequest { Name = "" },
        static (SecretRequest s, string name, ref Utf8JsonReader json) => name switch
        {
            "name" => s with { Name = Text(ref json) },
            "isVariable" => s with { IsVariable = json.GetBoolean() },
            "target" => s with { Target = Text(ref json) },
            "userId" => s with { UserId = json.GetUInt32() },
            "groupId" => s with { GroupId = json.GetUInt32() },
            "mode" => s with { Mode = json.GetInt32() },
            _ => Skip(s, ref json),
        });

    private static OverlayPlaces Places(ref Utf8JsonReader json) => Strings(ref json) is [var upper, var work] ? new OverlayPlaces(upper, work) : OverlayPlaces.Temporary;
}
