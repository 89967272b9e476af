using System.Buffers;
using System.Text.Json;
using Inro.Linux;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.State;

/// <summary>Who decides about the calls of a container that its filter asks about.</summary>
/// <param name="Path">The agent's unix socket.</param>
/// <param name="Metadata">Opaque to us; null sends none.</param>
public sealed record SeccompAgent(string Path, string? Metadata)
{
    private const string DescriptorName = "seccompFd";

    /// <summary>Sends one process's notification descriptor over a connection of its own.</summary>
    /// <remarks>Source: OCI runtime-spec, config-linux.md "The Container Process State".</remarks>
    /// <param name="state">The container, as it is now.</param>
    /// <param name="pid">The process whose filter it is, as this process counts.</param>
    /// <param name="listener">Stays the caller's.</param>
    /// <exception cref="RuntimeException">The agent cannot be reached.</exception>
    internal void Send(ContainerState state, int pid, SafeFileHandle listener)
    {
        try
        {
            using SeqPacketSocket agent = SeqPacketSocket.ConnectStream(Path);
            agent.Send(Describe(state, pid), default, [listener]);
        }
        catch (LinuxException e)
        {
            throw new RuntimeException(RuntimeError.Failed, $"linux.seccomp.listenerPath {Path}: {e.Message}", "start the seccomp agent that listens there", e);
        }
    }

    private byte[] Describe(ContainerState state, int pid)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion"u8, state.OciVersion);
            json.WriteStartArray("fds"u8);
            json.WriteStringValue(DescriptorName);
            json.WriteEndArray();
            json.WriteNumber("pid"u8, pid);
            if (Metadata is not null) { json.WriteString("metadata"u8, Metadata); }

            json.WritePropertyName("state"u8);
            json.WriteRawValue(StateDocument.ForOthers(state), skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
