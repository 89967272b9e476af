using System.Text.Json;

namespace Inro.Engine.Containers;

/// <summary>Reads what <see cref="ContainerConfigWriter"/> wrote. Unknown members are passed over: a newer program may have written them.</summary>
/// <remarks>By hand: the generated reader gives members that are not there null instead of what the record says, and its first use is slow.</remarks>
internal static partial class ContainerConfigReader
{
    /// <exception cref="EngineException">DataLoss: not what was written.</exception>
    public static ContainerConfig Read(ReadOnlySpan<byte> bytes, string containerId)
    {
        try
        {
            var json = new Utf8JsonReader(bytes);
            json.Read();
            return Object(ref json, new ContainerConfig { Image = "" }, Member);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or FormatException)
        {
            throw new EngineException(ErrorCode.DataLoss, $"the configuration of container {containerId} is damaged: {damaged.Message}", $"inro rm -f {containerId}", damaged);
        }
    }

    private static ContainerConfig Member(ContainerConfig c, string name, ref Utf8JsonReader json) => name switch
    {
        "image" => c with { Image = Text(ref json) },
        "name" => c with { Name = Text(ref json) },
        "command" => c with { Command = Strings(ref json) },
        "entrypoint" => c with { Entrypoint = Strings(ref json) },
        "environment" => c with { Environment = Strings(ref json) },
        "user" => c with { User = Text(ref json) },
        "groups" => c with { Groups = Strings(ref json) },
        "workingDirectory" => c with { WorkingDirectory = Text(ref json) },
        "hostname" => c with { Hostname = Text(ref json) },
        "domainName" => c with { DomainName = Text(ref json) },
        "labels" => c with { Labels = Map(ref json) },
        "annotations" => c with { Annotations = Map(ref json) },
        "tty" => c with { Tty = json.GetBoolean() },
        "openStdin" => c with { OpenStdin = json.GetBoolean() },
        "stdinOnce" => c with { StdinOnce = json.GetBoolean() },
        "attachStdin" => c with { AttachStdin = json.GetBoolean() },
        "attachStdout" => c with { AttachStdout = json.GetBoolean() },
        "attachStderr" => c with { AttachStderr = json.GetBoolean() },
        "detachKeys" => c with { DetachKeys = Text(ref json) },
        "autoRemove" => c with { AutoRemove = json.GetBoolean() },
        "stopSignal" => c with { StopSignal = Text(ref json) },
        "stopTimeoutSeconds" => c with { StopTimeoutSeconds = json.GetInt32() },
        "init" => c with { Init = json.GetBoolean() },
        "restart" => c with { Restart = Restart(ref json) },
        "healthOnFailure" => c with { HealthOnFailure = Text(ref json) },
        "health" => c with { Health = Health(ref json) },
        "umask" => c with { Umask = json.GetInt32() },
        "clearsEnvironment" => c with { ClearsEnvironment = json.GetBoolean() },
        "readOnlyRootfs" => c with { ReadOnlyRootfs = json.GetBoolean() },
        "mounts" => c with { Mounts = Requests(ref json) },
        "requires" => c with { Requires = Strings(ref json) },
        "hookDirectories" => c with { HookDirectories = Strings(ref json) },
        "volumesFrom" => c with { VolumesFrom = Strings(ref json) },
        "volumeDriver" => c with { VolumeDriver = Text(ref json) },
        "secrets" => c with { Secrets = List(ref json, Secret) },
        "platform" => c with { Platform = Text(ref json) },
        "logDriver" => c with { LogDriver = Text(ref json) },
        "logOptions" => c with { LogOptions = Map(ref json) },
        "storageOptions" => c with { StorageOptions = Map(ref json) },
        "consoleRows" => c with { ConsoleRows = json.GetInt32() },
        "consoleColumns" => c with { ConsoleColumns = json.GetInt32() },
        _ => Limit(c, name, ref json),
    };
}
