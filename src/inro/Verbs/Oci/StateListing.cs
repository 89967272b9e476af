using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Runtime.State;
using Inro.Spec;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Containers as <c>list</c> prints them in JSON: what others that read runc's list expect.</summary>
internal static class StateListing
{
    /// <summary>One line; <c>null</c> where there are none, as runc prints it.</summary>
    public static string Json(IReadOnlyList<ContainerState> states, UserNames users)
    {
        if (states.Count == 0) { return "null"; }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (ContainerState state in states) { Write(json, state, users); }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>0 for a container that has ended.</summary>
    public static int Pid(ContainerState state) => state.Status == ContainerStatus.Stopped ? 0 : state.Pid;

    /// <summary>When it was made, in UTC; Go's zero time where nobody wrote it down.</summary>
    public static string Created(ContainerState state) => Rfc3339.FormatShort(state.Created == default ? 0 : Rfc3339.ToNanoseconds(state.Created));

    /// <summary>The specification's word, and "paused".</summary>
    public static string Status(ContainerState state) => state.Status switch
    {
        ContainerStatus.Creating => "creating",
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        _ => "stopped",
    };

    private static void Write(Utf8JsonWriter json, ContainerState state, UserNames users)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteString("id"u8, state.Id);
        json.WriteNumber("pid"u8, Pid(state));
        json.WriteString("status"u8, Status(state));
        json.WriteString("bundle"u8, state.Bundle);
        json.WriteString("rootfs"u8, state.Rootfs);
        json.WriteString("created"u8, Created(state));
        if (state.Annotations.Count > 0)
        {
            json.WriteStartObject("annotations"u8);
            foreach ((string key, string value) in state.Annotations) { json.WriteString(key, value); }

            json.WriteEndObject();
        }

        json.WriteString("owner"u8, users.Owner(state.Owner));
        json.WriteEndObject();
    }
}
