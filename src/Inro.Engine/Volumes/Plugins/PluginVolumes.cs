using System.Buffers;
using System.Text.Json;

namespace Inro.Engine.Volumes.Plugins;

/// <summary>Volumes of a plug-in.</summary>
/// <remarks>Source: docker's "Volume plugin protocol".</remarks>
/// <param name="address">The plug-in.</param>
internal sealed class PluginVolumes(PluginAddress address) : IVolumeDriver
{
    private static readonly TimeSpan ShortDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(2);

    private readonly PluginClient client = new(address);
    private bool isActive;

    /// <inheritdoc/>
    public void Create(VolumeRecord volume) => Call("Create", volume.Name, LongDeadline, json =>
    {
        json.WriteStartObject("Opts"u8);
        foreach (string name in StringMap.Sorted(volume.Options)) { json.WriteString(name, volume.Options[name]); }

        json.WriteEndObject();
    }).Dispose();

    /// <inheritdoc/>
    public void Remove(VolumeRecord volume) => Call("Remove", volume.Name, LongDeadline).Dispose();

    /// <inheritdoc/>
    public string PathOf(VolumeRecord volume)
    {
        try
        {
            using JsonDocument answer = Call("Path", volume.Name, ShortDeadline);
            return Text(answer.RootElement, "Mountpoint");
        }
        catch (EngineException unknown) when (unknown.Code is ErrorCode.Unavailable or ErrorCode.Internal or ErrorCode.DeadlineExceeded)
        {
            return ""; // it says where when it mounts
        }
    }

    /// <inheritdoc/>
    public string Mount(VolumeRecord volume, string holder, IReadOnlyList<string> others)
    {
        using JsonDocument answer = Call("Mount", volume.Name, LongDeadline, json => json.WriteString("ID"u8, holder));
        string place = Text(answer.RootElement, "Mountpoint");
        return place is ['/', ..]
            ? place
            : throw new EngineException(ErrorCode.Internal, $"VolumeDriver.Mount: plug-in {address.Name} gives '{place}' as the place of volume {volume.Name}, which is no absolute path", "this is a defect of the plug-in");
    }

    /// <inheritdoc/>
    public void Unmount(VolumeRecord volume, string holder, bool isLast) => Call("Unmount", volume.Name, LongDeadline, json => json.WriteString("ID"u8, holder)).Dispose();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? StatusOf(VolumeRecord volume)
    {
        using JsonDocument answer = Call("Get", volume.Name, ShortDeadline);
        if (!answer.RootElement.TryGetProperty("Volume", out JsonElement found) || found.ValueKind != JsonValueKind.Object
            || !found.TryGetProperty("Status", out JsonElement status) || status.ValueKind != JsonValueKind.Object) { return null; }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty one in status.EnumerateObject()) { values[one.Name] = one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : one.Value.GetRawText(); }

        return values;
    }

    /// <summary>Names of all volumes that the plug-in has.</summary>
    public IReadOnlyList<string> List()
    {
        using JsonDocument answer = Call("List", volume: null, ShortDeadline);
        List<string> names = [];
        if (!answer.RootElement.TryGetProperty("Volumes", out JsonElement all) || all.ValueKind != JsonValueKind.Array) { return names; }

        foreach (JsonElement one in all.EnumerateArray())
        {
            if (one.ValueKind == JsonValueKind.Object && VolumeName.IsValid(Text(one, "Name"))) { names.Add(Text(one, "Name")); }
        }

        return names;
    }

    /// <summary><c>local</c>, or <c>global</c> where volumes are the same on all machines.</summary>
    public string Scope()
    {
        try
        {
            using JsonDocument answer = Call("Capabilities", volume: null, ShortDeadline);
            return answer.RootElement.TryGetProperty("Capabilities", out JsonElement has) && has.ValueKind == JsonValueKind.Object && Text(has, "Scope") == "global" ? "global" : "local";
        }
        catch (EngineException older) when (older.Code == ErrorCode.Internal) { return "local"; } // from before there was the call
    }

    private JsonDocument Call(string method, string? volume, TimeSpan deadline, Action<Utf8JsonWriter>? more = null)
    {
        Activate();
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (volume is not null) { json.WriteString("Name"u8, volume); }

            more?.Invoke(json);
            json.WriteEndObject();
        }

        return client.Call("VolumeDriver." + method, buffer.WrittenMemory, deadline);
    }

    private void Activate()
    {
        if (isActive) { return; }

        using JsonDocument answer = client.Call("Plugin.Activate", ReadOnlyMemory<byte>.Empty, ShortDeadline);
        bool implements = false;
        if (answer.RootElement.TryGetProperty("Implements", out JsonElement kinds) && kinds.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement kind in kinds.EnumerateArray()) { implements |= kind.ValueKind == JsonValueKind.String && kind.ValueEquals("VolumeDriver"u8); }
        }

        isActive = implements
            ? true
            : throw new EngineException(ErrorCode.NotFound, $"error looking up volume plugin {address.Name}: plugin \"{address.Name}\" does not implement VolumeDriver", "name a plug-in for volumes");
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
