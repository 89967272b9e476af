using System.Buffers;
using System.Text.Json;

namespace Inro.Runtime.Resources;

/// <summary>Lines of <c>events</c>, with the names that readers of runc's events know.</summary>
internal static class EventDocument
{
    /// <summary>What the container has used.</summary>
    public static byte[] Statistics(string id, CgroupSet cgroups) => Write("stats", id, json =>
    {
        json.WriteStartObject("data"u8);
        CpuCounters.Write(json, cgroups);
        CpusetCounters.Write(json, cgroups);
        MemoryCounters.Write(json, cgroups);
        OtherCounters.Write(json, cgroups);
        json.WriteEndObject();
    });

    /// <summary>That it ran out of memory.</summary>
    public static byte[] OutOfMemory(string id) => Write("oom", id, static _ => { });

    private static byte[] Write(string type, string id, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("id"u8, id);
            rest(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
