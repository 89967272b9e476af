using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inro.Spec.Runtime;

/// <summary>Writes a config.json that <see cref="RuntimeConfigReader"/>, runc and crun read; absent fields are left out.</summary>
public static partial class RuntimeConfigWriter
{
    /// <summary>Writes the whole document as UTF-8.</summary>
    public static byte[] Write(RuntimeConfig config, bool indented = false) => Write(indented, json => WriteConfig(json, config));

    /// <summary>Writes a process alone, as an exec takes it.</summary>
    public static byte[] WriteProcess(ProcessConfig process, bool indented = false) => Write(indented, json => WriteProcess(json, process));

    private static byte[] Write(bool indented, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        var options = new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
        using (var json = new Utf8JsonWriter(buffer, options)) { body(json); }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteConfig(Utf8JsonWriter json, RuntimeConfig config)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, config.OciVersion);
        if (config.Process is { } process)
        {
            json.WritePropertyName("process"u8);
            WriteProcess(json, process);
        }

        if (config.Root is { } root)
        {
            json.WriteStartObject("root"u8);
            json.WriteString("path"u8, root.Path);
            True(json, "readonly"u8, root.Readonly);
            json.WriteEndObject();
        }

        Text(json, "hostname"u8, config.Hostname);
        Text(json, "domainname"u8, config.Domainname);
        Objects(json, "mounts"u8, config.Mounts, WriteMount);
        if (config.Hooks is { } hooks) { WriteHooks(json, hooks); }

        Map(json, "annotations"u8, config.Annotations);
        if (config.Linux is { } linux) { WriteLinux(json, linux); }

        json.WriteEndObject();
    }

    private static void WriteMount(Utf8JsonWriter json, MountConfig mount)
    {
        json.WriteString("destination"u8, mount.Destination);
        Text(json, "type"u8, mount.Type);
        Text(json, "source"u8, mount.Source);
        Strings(json, "options"u8, mount.Options);
        Objects(json, "uidMappings"u8, mount.UidMappings, WriteMapping);
        Objects(json, "gidMappings"u8, mount.GidMappings, WriteMapping);
    }

    private static void WriteMapping(Utf8JsonWriter json, IdMapping mapping)
    {
        json.WriteNumber("containerID"u8, mapping.ContainerId);
        json.WriteNumber("hostID"u8, mapping.HostId);
        json.WriteNumber("size"u8, mapping.Size);
    }

    internal static void WriteHooks(Utf8JsonWriter json, HooksConfig hooks)
    {
        json.WriteStartObject("hooks"u8);
        Objects(json, "prestart"u8, hooks.Prestart, WriteHook);
        Objects(json, "createRuntime"u8, hooks.CreateRuntime, WriteHook);
        Objects(json, "createContainer"u8, hooks.CreateContainer, WriteHook);
        Objects(json, "startContainer"u8, hooks.StartContainer, WriteHook);
        Objects(json, "poststart"u8, hooks.Poststart, WriteHook);
        Objects(json, "poststop"u8, hooks.Poststop, WriteHook);
        json.WriteEndObject();
    }

    private static void WriteHook(Utf8JsonWriter json, HookConfig hook)
    {
        json.WriteString("path"u8, hook.Path);
        Strings(json, "args"u8, hook.Args);
        Strings(json, "env"u8, hook.Env);
        Number(json, "timeout"u8, hook.TimeoutSeconds);
    }

    private static void WriteProcess(Utf8JsonWriter json, ProcessConfig process)
    {
        json.WriteStartObject();
        True(json, "terminal"u8, process.Terminal);
        if (process.ConsoleSize is { } size)
        {
            json.WriteStartObject("consoleSize"u8);
            json.WriteNumber("height"u8, size.Height);
            json.WriteNumber("width"u8, size.Width);
            json.WriteEndObject();
        }

        WriteUser(json, process.User);
        Strings(json, "args"u8, process.Args);
        Strings(json, "env"u8, process.Env);
        json.WriteString("cwd"u8, process.Cwd);
        if (process.Capabilities is { } caps) { WriteCapabilities(json, caps); }

        Objects(json, "rlimits"u8, process.Rlimits, static (json, limit) =>
        {
            json.WriteString("type"u8, limit.Type);
            json.WriteNumber("hard"u8, limit.Hard);
            json.WriteNumber("soft"u8, limit.Soft);
        });
        True(json, "noNewPrivileges"u8, process.NoNewPrivileges);
        Number(json, "oomScoreAdj"u8, process.OomScoreAdj);
        Text(json, "apparmorProfile"u8, process.ApparmorProfile);
        Text(json, "selinuxLabel"u8, process.SelinuxLabel);
        WriteScheduling(json, process);
        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, UserConfig user)
    {
        json.WriteStartObject("user"u8);
        json.WriteNumber("uid"u8, user.Uid);
        json.WriteNumber("gid"u8, user.Gid);
        Number(json, "umask"u8, user.Umask);
        if (user.AdditionalGids.Count > 0)
        {
            json.WriteStartArray("additionalGids"u8);
            foreach (uint gid in user.AdditionalGids) { json.WriteNumberValue(gid); }

            json.WriteEndArray();
        }

        Text(json, "username"u8, user.Username);
        json.WriteEndObject();
    }

    private static void WriteCapabilities(Utf8JsonWriter json, CapabilitiesConfig caps)
    {
        json.WriteStartObject("capabilities"u8);
        Strings(json, "bounding"u8, caps.Bounding);
        Strings(json, "effective"u8, caps.Effective);
        Strings(json, "inheritable"u8, caps.Inheritable);
        Strings(json, "permitted"u8, caps.Permitted);
        Strings(json, "ambient"u8, caps.Ambient);
        json.WriteEndObject();
    }

    private static void WriteScheduling(Utf8JsonWriter json, ProcessConfig process)
    {
        if (process.IoPriority is { } io)
        {
            json.WriteStartObject("ioPriority"u8);
            json.WriteString("class"u8, io.Class);
            json.WriteNumber("priority"u8, io.Priority);
            json.WriteEndObject();
        }

        if (process.Scheduler is { } scheduler)
        {
            json.WriteStartObject("scheduler"u8);
            json.WriteString("policy"u8, scheduler.Policy);
            json.WriteNumber("nice"u8, scheduler.Nice);
            json.WriteNumber("priority"u8, scheduler.Priority);
            Strings(json, "flags"u8, scheduler.Flags);
            json.WriteNumber("runtime"u8, scheduler.Runtime);
            json.WriteNumber("deadline"u8, scheduler.Deadline);
            json.WriteNumber("period"u8, scheduler.Period);
            json.WriteEndObject();
        }

        if (process.ExecCpuAffinity is { } affinity)
        {
            json.WriteStartObject("execCPUAffinity"u8);
            Text(json, "initial"u8, affinity.Initial);
            Text(json, "final"u8, affinity.Final);
            json.WriteEndObject();
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) { json.WriteString(name, value); }
    }

    private static void True(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value) { json.WriteBoolean(name, value); }
    }

    private static void Flag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } given) { json.WriteBoolean(name, given); }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } given) { json.WriteNumber(name, given); }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } given) { json.WriteNumber(name, given); }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value) => Number(json, name, (long?)value);

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, uint? value) => Number(json, name, (long?)value);

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, ushort? value) => Number(json, name, (long?)value);

    private static void Strings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null || values.Count == 0) { return; }

        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }

        json.WriteEndArray();
    }

    internal static void Map(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) { return; }

        json.WriteStartObject(name);
        foreach ((string key, string value) in values) { json.WriteString(key, value); }

        json.WriteEndObject();
    }

    private static void Objects<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<T> values, Action<Utf8JsonWriter, T> fields)
    {
        if (values.Count == 0) { return; }

        json.WriteStartArray(name);
        foreach (T value in values)
        {
            json.WriteStartObject();
            fields(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
