using System.Buffers;
using System.Text.Json;
using Inro.Engine.Volumes;

namespace Inro.Engine.Containers;

/// <summary>Writes a configuration as the JSON that <see cref="ContainerConfigReader"/> reads, without what was not asked.</summary>
/// <remarks>By hand because the first use of the serializer alone takes longer than the whole transaction; a start only writes.</remarks>
internal static partial class ContainerConfigWriter
{
    public static byte[] Write(ContainerConfig config)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            Identity(json, config);
            Resources(json, config);
            Host(json, config);
            Podman(json, config);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Mounts with every name resolved.</summary>
    public static byte[] Write(IReadOnlyList<ResolvedMount> mounts)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (ResolvedMount mount in mounts) { Mount(json, mount); }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A list of strings.</summary>
    public static string WriteList(IReadOnlyList<string> values)
    {
        if (values.Count == 0) { return "[]"; }

        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (string value in values) { json.WriteStringValue(value); }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>An object of strings, its names sorted as Go sorts them; empty for none.</summary>
    public static string WriteMap(IReadOnlyDictionary<string, string> values) => StringMap.Write(values);

    private static void Identity(Utf8JsonWriter json, ContainerConfig c)
    {
        json.WriteString("image"u8, c.Image);
        Text(json, "name"u8, c.Name);
        Nullable(json, "command"u8, c.Command);
        Nullable(json, "entrypoint"u8, c.Entrypoint);
        List(json, "environment"u8, c.Environment);
        Text(json, "user"u8, c.User);
        List(json, "groups"u8, c.Groups);
        Text(json, "workingDirectory"u8, c.WorkingDirectory);
        Text(json, "hostname"u8, c.Hostname);
        Text(json, "domainName"u8, c.DomainName);
        Map(json, "labels"u8, c.Labels);
        Map(json, "annotations"u8, c.Annotations);
        Flag(json, "tty"u8, c.Tty);
        Flag(json, "openStdin"u8, c.OpenStdin);
        Flag(json, "stdinOnce"u8, c.StdinOnce);
        Flag(json, "attachStdin"u8, c.AttachStdin);
        Flag(json, "attachStdout"u8, c.AttachStdout);
        Flag(json, "attachStderr"u8, c.AttachStderr);
        Text(json, "detachKeys"u8, c.DetachKeys);
        Flag(json, "autoRemove"u8, c.AutoRemove);
        Text(json, "stopSignal"u8, c.StopSignal);
        Number(json, "stopTimeoutSeconds"u8, c.StopTimeoutSeconds);
        Choice(json, "init"u8, c.Init);
        if (c.Restart != RestartPolicy.Never)
        {
            json.WriteStartObject("restart"u8);
            json.WriteString("name"u8, c.Restart.Name);
            json.WriteNumber("maximumRetries"u8, c.Restart.MaximumRetries);
            json.WriteEndObject();
        }

        if (c.Health is { } health) { Health(json, health); }

        Text(json, "healthOnFailure"u8, c.HealthOnFailure);

        Flag(json, "readOnlyRootfs"u8, c.ReadOnlyRootfs);
        Number(json, "umask"u8, c.Umask);
        Flag(json, "clearsEnvironment"u8, c.ClearsEnvironment);
        if (c.Mounts.Count > 0)
        {
            json.WriteStartArray("mounts"u8);
            foreach (MountRequest mount in c.Mounts) { Mount(json, mount); }

            json.WriteEndArray();
        }

        List(json, "volumesFrom"u8, c.VolumesFrom);
        List(json, "requires"u8, c.Requires);
        List(json, "hookDirectories"u8, c.HookDirectories);
        Text(json, "volumeDriver"u8, c.VolumeDriver);
        Secrets(json, c.Secrets);
        Text(json, "platform"u8, c.Platform);
        Text(json, "logDriver"u8, c.LogDriver);
        Map(json, "logOptions"u8, c.LogOptions);
        Map(json, "storageOptions"u8, c.StorageOptions);
        Number(json, "consoleRows"u8, c.ConsoleRows == 0 ? null : c.ConsoleRows);
        Number(json, "consoleColumns"u8, c.ConsoleColumns == 0 ? null : c.ConsoleColumns);
    }

    private static void Health(Utf8JsonWriter json, HealthCheck health)
    {
        json.WriteStartObject("health"u8);
        List(json, "test"u8, health.Test);
        json.WriteNumber("intervalNanoseconds"u8, health.IntervalNanoseconds);
        json.WriteNumber("timeoutNanoseconds"u8, health.TimeoutNanoseconds);
        json.WriteNumber("startPeriodNanoseconds"u8, health.StartPeriodNanoseconds);
        json.WriteNumber("startIntervalNanoseconds"u8, health.StartIntervalNanoseconds);
        json.WriteNumber("retries"u8, health.Retries);
        json.WriteEndObject();
    }
}
