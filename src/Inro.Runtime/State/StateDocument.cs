using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Spec;
using Inro.Spec.Runtime;

namespace Inro.Runtime.State;

/// <summary>The state as JSON: the file of ours, and the specification's document for hooks and the <c>state</c> verb.</summary>
internal static class StateDocument
{
    /// <summary>The specification's name of a status.</summary>
    public static string Name(ContainerStatus status) => status switch
    {
        ContainerStatus.Creating => "creating",
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        _ => "stopped",
    };

    /// <summary>The document that the specification describes.</summary>
    public static byte[] ForOthers(ContainerState state, bool indented = false, bool withExtras = false) => Write(indented, json =>
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteString("id"u8, state.Id);
        if (state.Pid != 0 || withExtras) { json.WriteNumber("pid"u8, state.Status == ContainerStatus.Stopped ? 0 : state.Pid); }

        json.WriteString("status"u8, Name(state.Status));
        json.WriteString("bundle"u8, state.Bundle);
        if (withExtras)
        {
            json.WriteString("rootfs"u8, state.Rootfs);
            json.WriteString("created"u8, Time(state.Created));
        }

        RuntimeConfigWriter.Map(json, "annotations"u8, state.Annotations);
        if (withExtras) { json.WriteString("owner"u8, state.Owner == 0 ? "root" : ""); }

        json.WriteEndObject();
    });

    /// <summary>The file.</summary>
    public static byte[] Write(ContainerState state) => Write(indented: false, json =>
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteString("id"u8, state.Id);
        json.WriteString("status"u8, Name(state.Status));
        json.WriteString("bundle"u8, state.Bundle);
        json.WriteNumber("pid"u8, state.Pid);
        json.WriteNumber("startTime"u8, state.StartTime);
        json.WriteString("bootId"u8, state.BootId);
        json.WriteString("created"u8, Time(state.Created));
        json.WriteNumber("owner"u8, state.Owner);
        json.WriteString("rootfs"u8, state.Rootfs);
        json.WriteNumber("namespaces"u8, (ulong)state.Namespaces);
        json.WriteBoolean("ownsCgroupParent"u8, state.OwnsCgroupParent);
        WriteCgroups(json, state.Cgroups);
        if (state.Unit is { } unit) { WriteUnit(json, unit); }

        if (state.ResourceGroups.Count > 0) { WriteTexts(json, "resourceGroups"u8, state.ResourceGroups); }

        if (state.Descriptors.Count > 0) { WriteTexts(json, "descriptors"u8, state.Descriptors); }

        if (state.Gate is { } gate) { WriteGate(json, gate); }

        if (state.SeccompAgent is { } agent) { WriteAgent(json, agent); }

        if (state.Hooks is { } hooks) { RuntimeConfigWriter.WriteHooks(json, hooks); }

        RuntimeConfigWriter.Map(json, "annotations"u8, state.Annotations);
        json.WriteEndObject();
    });

    /// <summary>Reads the file.</summary>
    /// <exception cref="RuntimeConfigException">It is not one that <see cref="Write(ContainerState)"/> made.</exception>
    public static ContainerState Read(ReadOnlySpan<byte> document)
    {
        var json = new ConfigCursor(document);
        string? version = null, id = null, status = null, bundle = null, boot = null, created = null, rootfs = null;
        int pid = 0;
        ulong start = 0, namespaces = 0;
        uint owner = 0;
        bool ownsParent = false;
        IReadOnlyList<CgroupLocation> cgroups = [];
        GateTail? gate = null;
        HooksConfig? hooks = null;
        SeccompAgent? agent = null;
        string[] groups = [], descriptors = [];
        CgroupUnit? unit = null;
        Dictionary<string, string>? annotations = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("ociVersion"u8)) { version = json.String(); }
            else if (json.Is("id"u8)) { id = json.String(); }
            else if (json.Is("status"u8)) { status = json.String(); }
            else if (json.Is("bundle"u8)) { bundle = json.String(); }
            else if (json.Is("pid"u8)) { pid = json.Int32(); }
            else if (json.Is("startTime"u8)) { start = json.UInt64(); }
            else if (json.Is("bootId"u8)) { boot = json.String(); }
            else if (json.Is("created"u8)) { created = json.String(); }
            else if (json.Is("owner"u8)) { owner = json.UInt32(); }
            else if (json.Is("rootfs"u8)) { rootfs = json.String(); }
            else if (json.Is("namespaces"u8)) { namespaces = json.UInt64(); }
            else if (json.Is("ownsCgroupParent"u8)) { ownsParent = json.Boolean(); }
            else if (json.Is("cgroups"u8)) { cgroups = ReadCgroups(ref json); }
            else if (json.Is("unit"u8)) { unit = ReadUnit(ref json); }
            else if (json.Is("resourceGroups"u8)) { groups = json.Strings(); }
            else if (json.Is("descriptors"u8)) { descriptors = json.Strings(); }
            else if (json.Is("gate"u8)) { gate = ReadGate(ref json); }
            else if (json.Is("hooks"u8)) { hooks = RuntimeConfigReader.ReadHooks(ref json); }
            else if (json.Is("seccompAgent"u8)) { agent = ReadAgent(ref json); }
            else if (json.Is("annotations"u8)) { annotations = json.StringMap(); }
            else { json.Skip(); }
        }

        return new ContainerState
        {
            Id = id ?? throw json.Missing("id"), OciVersion = version ?? throw json.Missing("ociVersion"), Bundle = bundle ?? throw json.Missing("bundle"),
            Status = status == "creating" ? ContainerStatus.Creating : ContainerStatus.Created, Pid = pid, StartTime = start, BootId = boot ?? "",
            Created = Rfc3339.TryParse(created, out long time) ? Rfc3339.ToTime(time) : default,
            Owner = owner, Namespaces = (NamespaceFlags)namespaces, Rootfs = rootfs ?? "", Cgroups = cgroups, Unit = unit, OwnsCgroupParent = ownsParent, Gate = gate, Hooks = hooks, SeccompAgent = agent, ResourceGroups = groups, Descriptors = descriptors,
            Annotations = annotations ?? new Dictionary<string, string>(0, StringComparer.Ordinal),
        };
    }

    private static string Time(DateTimeOffset time) => Rfc3339.Format(Rfc3339.ToNanoseconds(time));

    private static byte[] Write(bool indented, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var options = new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
        using (var json = new Utf8JsonWriter(buffer, options)) { body(json); }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCgroups(Utf8JsonWriter json, IReadOnlyList<CgroupLocation> cgroups)
    {
        json.WriteStartArray("cgroups"u8);
        foreach (CgroupLocation location in cgroups)
        {
            json.WriteStartObject();
            json.WriteString("mountPoint"u8, location.MountPoint);
            json.WriteString("path"u8, location.Path);
            json.WriteBoolean("unified"u8, location.IsUnified);
            if (location.Name is not null) { json.WriteString("name"u8, location.Name); }

            json.WriteString("controllers"u8, string.Join(',', location.Controllers));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static List<CgroupLocation> ReadCgroups(ref ConfigCursor json)
    {
        var locations = new List<CgroupLocation>(10);
        json.BeginArray();
        while (json.NextElement())
        {
            string? mountPoint = null, path = null, name = null;
            string controllers = "";
            bool unified = false;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("mountPoint"u8)) { mountPoint = json.String(); }
                else if (json.Is("path"u8)) { path = json.String(); }
                else if (json.Is("unified"u8)) { unified = json.Boolean(); }
                else if (json.Is("name"u8)) { name = json.String(); }
                else if (json.Is("controllers"u8)) { controllers = json.String(); }
                else { json.Skip(); }
            }

            locations.Add(new CgroupLocation(mountPoint ?? throw json.Missing("mountPoint"), path ?? throw json.Missing("path"),
                controllers.Length == 0 ? [] : controllers.Split(','), unified, name));
        }

        return locations;
    }

    private static void WriteUnit(Utf8JsonWriter json, CgroupUnit unit)
    {
        json.WriteStartObject("unit"u8);
        json.WriteString("name"u8, unit.Name);
        json.WriteString("slice"u8, unit.Slice);
        json.WriteBoolean("user"u8, unit.IsUser);
        json.WriteEndObject();
    }

    private static CgroupUnit ReadUnit(ref ConfigCursor json)
    {
        string? name = null, slice = null;
        bool user = false;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("name"u8)) { name = json.String(); }
            else if (json.Is("slice"u8)) { slice = json.String(); }
            else if (json.Is("user"u8)) { user = json.Boolean(); }
            else { json.Skip(); }
        }

        return new CgroupUnit(name ?? throw json.Missing("name"), slice ?? throw json.Missing("slice"), user);
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) { json.WriteStringValue(text); }

        json.WriteEndArray();
    }

    private static void WriteAgent(Utf8JsonWriter json, SeccompAgent agent)
    {
        json.WriteStartObject("seccompAgent"u8);
        json.WriteString("path"u8, agent.Path);
        if (agent.Metadata is not null) { json.WriteString("metadata"u8, agent.Metadata); }

        json.WriteEndObject();
    }

    private static SeccompAgent ReadAgent(ref ConfigCursor json)
    {
        string? path = null, metadata = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("path"u8)) { path = json.String(); }
            else if (json.Is("metadata"u8)) { metadata = json.String(); }
            else { json.Skip(); }
        }

        return new SeccompAgent(path ?? throw json.Missing("path"), metadata);
    }

    private static void WriteGate(Utf8JsonWriter json, GateTail gate)
    {
        json.WriteStartObject("gate"u8);
        json.WriteNumber("total"u8, gate.Total);
        json.WriteNumber("first"u8, gate.FirstNumber);
        WriteTexts(json, "titles"u8, gate.Titles);
        json.WriteEndObject();
    }

    private static GateTail ReadGate(ref ConfigCursor json)
    {
        int total = 0, first = 0;
        string[] titles = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("total"u8)) { total = json.Int32(); }
            else if (json.Is("first"u8)) { first = json.Int32(); }
            else if (json.Is("titles"u8)) { titles = json.Strings(); }
            else { json.Skip(); }
        }

        return new GateTail(total, first, titles);
    }
}
