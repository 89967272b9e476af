using System.Buffers;
using System.Text.Json;
using Inro.Engine.Logs;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>shim.json as bytes, by hand: a start cannot wait for a serializer's first use.</summary>
public static class ShimConfigFile
{
    /// <summary>A larger file is refused.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The file's bytes. The caller writes them as it writes all state: temporary file, rename.</summary>
    public static byte[] Encode(ShimConfig config)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, config.Id);
            json.WriteString("bundle"u8, config.Bundle);
            json.WriteString("runDirectory"u8, config.RunDirectory);
            json.WriteString("stateDirectory"u8, config.StateDirectory);
            json.WriteString("filterCache"u8, config.FilterCache);
            if (config.CgroupsPath is { } place) { json.WriteString("cgroupsPath"u8, place); }

            json.WriteBoolean("ownsCgroupParent"u8, config.OwnsCgroupParent);
            if (config.Runtime is { } runtime) { json.WriteString("runtime"u8, runtime); }

            if (config.Rootfs is { } rootfs) { Write(json, rootfs); }

            json.WriteBoolean("terminal"u8, config.Terminal);
            json.WriteBoolean("stdinOpen"u8, config.StdinOpen);
            json.WriteBoolean("stdinOnce"u8, config.StdinOnce);
            LogSettingsJson.Write(json, config.Log);
            Write(json, "exitedCommand"u8, config.ExitedCommand);
            if (config.AttachDirectory is { } attach) { json.WriteString("attachDirectory"u8, attach); }

            if (config.ExecDirectory is { } execs) { json.WriteString("execDirectory"u8, execs); }

            if (config.RestoredFrom is { } images) { json.WriteString("restoredFrom"u8, images); }

            if (config.RunSeconds is { } seconds) { json.WriteNumber("runSeconds"u8, seconds); }

            if (config.PidFile is { } file) { json.WriteString("pidFile"u8, file); }

            if (config.ShimPidFile is { } own) { json.WriteString("shimPidFile"u8, own); }

            if (config.ShimCgroup is { } cgroup) { json.WriteString("shimCgroup"u8, cgroup); }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the file in a container's directory.</summary>
    /// <exception cref="ShimException">Missing, too large or not what a shim needs.</exception>
    public static ShimConfig Read(string containerDirectory)
    {
        string path = containerDirectory + "/" + ShimConfig.FileName;
        using SafeFileHandle file = Descriptor.Open(path, OpenFlags.Read);
        try { return Decode(ShimFiles.ReadAll(file, MaxBytes)); }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new ShimException(ExitStatuses.RunFailed, $"{path} cannot be read: {failure.Message}", "remove the container and make it again", failure);
        }
    }

    /// <summary>Reads the file's bytes.</summary>
    /// <exception cref="JsonException">Not what a shim needs.</exception>
    public static ShimConfig Decode(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "an object");
        ShimConfig config = new() { Id = "", Bundle = "", RunDirectory = "", StateDirectory = "", FilterCache = "", Log = new LogSettings { Path = "" } };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            config = Field(config, name, ref json);
        }

        Expect(config.Id.Length > 0 && config.Bundle.Length > 0 && config.RunDirectory.Length > 0, "id, bundle and runDirectory");
        Expect(config.Log.Path.Length > 0 || config.Log.Driver is LogDriver.None or LogDriver.Journald, "log.path");
        return config;
    }

    private static ShimConfig Field(ShimConfig config, string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "id": return config with { Id = json.GetString() ?? "" };
            case "runtime": return config with { Runtime = json.GetString() };
            case "bundle": return config with { Bundle = json.GetString() ?? "" };
            case "runDirectory": return config with { RunDirectory = json.GetString() ?? "" };
            case "stateDirectory": return config with { StateDirectory = json.GetString() ?? "" };
            case "filterCache": return config with { FilterCache = json.GetString() ?? "" };
            case "cgroupsPath": return config with { CgroupsPath = json.GetString() };
            case "ownsCgroupParent": return config with { OwnsCgroupParent = json.GetBoolean() };
            case "rootfs": return config with { Rootfs = ReadRootfs(ref json) };
            case "terminal": return config with { Terminal = json.GetBoolean() };
            case "stdinOpen": return config with { StdinOpen = json.GetBoolean() };
            case "stdinOnce": return config with { StdinOnce = json.GetBoolean() };
            case "log": return config with { Log = LogSettingsJson.Read(ref json) };
            case "exitedCommand": return config with { ExitedCommand = ReadStrings(ref json) };
            case "attachDirectory": return config with { AttachDirectory = json.GetString() };
            case "execDirectory": return config with { ExecDirectory = json.GetString() };
            case "restoredFrom": return config with { RestoredFrom = json.GetString() };
            case "runSeconds": return config with { RunSeconds = json.GetInt32() };
            case "pidFile": return config with { PidFile = json.GetString() };
            case "shimPidFile": return config with { ShimPidFile = json.GetString() };
            case "shimCgroup": return config with { ShimCgroup = json.GetString() };
            default:
                json.Skip();
                return config;
        }
    }

    private static SnapshotMount ReadRootfs(ref Utf8JsonReader json)
    {
        SnapshotMount rootfs = new() { Directory = "", Lower = [] };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            switch (name)
            {
                case "directory": rootfs = rootfs with { Directory = json.GetString() ?? "" }; break;
                case "lower": rootfs = rootfs with { Lower = ReadStrings(ref json) }; break;
                case "upper": rootfs = rootfs with { Upper = json.GetString() }; break;
                case "work": rootfs = rootfs with { Work = json.GetString() }; break;
                case "kind": rootfs = rootfs with { Kind = ReadKind(json.GetString()) }; break;
                case "volatile": rootfs = rootfs with { IsVolatile = json.GetBoolean() }; break;
                default: json.Skip(); break;
            }
        }

        return rootfs;
    }

    private static SnapshotKind ReadKind(string? name) => SnapshotKinds.Find(name) ?? throw new JsonException($"rootfs.kind: unknown kind '{name}'");

    private static List<string> ReadStrings(ref Utf8JsonReader json)
    {
        List<string> strings = [];
        while (json.Read() && json.TokenType == JsonTokenType.String) { strings.Add(json.GetString()!); } // a string token is never null

        return strings;
    }

    private static void Write(Utf8JsonWriter json, SnapshotMount rootfs)
    {
        json.WriteStartObject("rootfs"u8);
        json.WriteString("directory"u8, rootfs.Directory);
        if (rootfs.Kind != SnapshotKind.Overlay) { json.WriteString("kind"u8, SnapshotKinds.NameOf(rootfs.Kind)); }

        Write(json, "lower"u8, rootfs.Lower);
        if (rootfs.Upper is { } upper) { json.WriteString("upper"u8, upper); }

        if (rootfs.Work is { } work) { json.WriteString("work"u8, work); }

        if (rootfs.IsVolatile) { json.WriteBoolean("volatile"u8, true); }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> strings)
    {
        json.WriteStartArray(name);
        foreach (string text in strings) { json.WriteStringValue(text); }

        json.WriteEndArray();
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds) { throw new JsonException("expected " + what); }
    }
}
