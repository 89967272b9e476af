using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

/// <summary>Messages as bytes: length of the JSON (4, little-endian), JSON. One message per packet.</summary>
internal static class ShimMessageCodec
{
    /// <summary>No message is larger; what can be (an exec's definition) travels as a descriptor.</summary>
    public const int MaxMessageBytes = 16 * 1024;

    private const int LengthBytes = 4;

    /// <summary>Problem and remedy at their longest in JSON, six bytes for each character, leave room for the rest of a message.</summary>
    private const int MaxTextChars = 1300;

    /// <summary>The packet of a message.</summary>
    public static byte[] Encode(ShimMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.GetSpan(LengthBytes)[..LengthBytes].Clear();
        buffer.Advance(LengthBytes);
        using (var json = new Utf8JsonWriter(buffer)) { Write(json, message); }

        byte[] packet = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(packet, packet.Length - LengthBytes);
        return packet.Length <= MaxMessageBytes
            ? packet
            : throw new ShimException(ExitStatuses.RunFailed, $"message {message.Kind} has {packet.Length} bytes, more than {MaxMessageBytes}");
    }

    /// <summary>Reads a packet; null: not a message of this protocol.</summary>
    public static ShimMessage? Decode(ReadOnlySpan<byte> packet)
    {
        bool framed = packet.Length is > LengthBytes and <= MaxMessageBytes
            && BinaryPrimitives.ReadInt32LittleEndian(packet) == packet.Length - LengthBytes;
        if (!framed) { return null; }

        try { return Read(packet[LengthBytes..]); }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException) { return null; }
    }

    private static void Write(Utf8JsonWriter json, ShimMessage message)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, ShimMessageKinds.NameOf(message.Kind));
        Number(json, "version"u8, message.Version);
        Flag(json, "stdin"u8, message.Stdin);
        Flag(json, "stdout"u8, message.Stdout);
        Flag(json, "stderr"u8, message.Stderr);
        Flag(json, "commits"u8, message.Commits);
        Flag(json, "terminal"u8, message.Terminal);
        Flag(json, "holds"u8, message.Holds);
        if (message.Size is { } size)
        {
            json.WriteNumber("rows"u8, size.Rows);
            json.WriteNumber("columns"u8, size.Columns);
        }

        Number(json, "kept"u8, message.Kept);
        Number(json, "signal"u8, message.Signal);
        Text(json, "exec"u8, message.ExecId);
        Number(json, "pid"u8, message.Pid);
        if (message.StartTime != 0) { json.WriteNumber("startTime"u8, message.StartTime); }

        Text(json, "bootId"u8, message.BootId);
        Number(json, "shimPid"u8, message.ShimPid);
        Number(json, "time"u8, message.Time);
        if (message.ExitCode is { } code) { json.WriteNumber("exitCode"u8, code); }

        Flag(json, "outOfMemory"u8, message.OutOfMemory);
        Flag(json, "givesBack"u8, message.GivesBack);
        Number(json, "exitStatus"u8, message.ExitStatus);
        Text(json, "problem"u8, Bounded(message.Problem));
        Text(json, "remedy"u8, Bounded(message.Remedy));
        Number(json, "position"u8, message.Position);
        json.WriteEndObject();
    }

    private static ShimMessage? Read(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) { return null; }

        ShimMessage message = new() { Kind = ShimMessageKind.Hello };
        bool hasKind = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            if (!json.Read()) { return null; }

            if (name == "kind")
            {
                if (!ShimMessageKinds.TryParse(json.GetString(), out ShimMessageKind kind)) { return null; }

                message = message with { Kind = kind };
                hasKind = true;
            }
            else { message = Field(message, name, ref json); }
        }

        return hasKind ? message : null;
    }

    private static ShimMessage Field(ShimMessage message, string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "version": return message with { Version = json.GetInt32() };
            case "stdin": return message with { Stdin = json.GetBoolean() };
            case "stdout": return message with { Stdout = json.GetBoolean() };
            case "stderr": return message with { Stderr = json.GetBoolean() };
            case "commits": return message with { Commits = json.GetBoolean() };
            case "holds": return message with { Holds = json.GetBoolean() };
            case "terminal": return message with { Terminal = json.GetBoolean() };
            case "rows": return message with { Size = new WindowSize(json.GetUInt16(), message.Size?.Columns ?? 0) };
            case "columns": return message with { Size = new WindowSize(message.Size?.Rows ?? 0, json.GetUInt16()) };
            case "kept": return message with { Kept = json.GetInt32() };
            case "signal": return message with { Signal = json.GetInt32() };
            case "exec": return message with { ExecId = json.GetString() };
            case "pid": return message with { Pid = json.GetInt32() };
            case "startTime": return message with { StartTime = json.GetUInt64() };
            case "bootId": return message with { BootId = json.GetString() };
            case "shimPid": return message with { ShimPid = json.GetInt32() };
            case "time": return message with { Time = json.GetInt64() };
            case "exitCode": return message with { ExitCode = json.GetInt32() };
            case "outOfMemory": return message with { OutOfMemory = json.GetBoolean() };
            case "givesBack": return message with { GivesBack = json.GetBoolean() };
            case "exitStatus": return message with { ExitStatus = json.GetInt32() };
            case "problem": return message with { Problem = json.GetString() };
            case "remedy": return message with { Remedy = json.GetString() };
            case "position": return message with { Position = json.GetInt64() };
            default:
                json.Skip(); // a field of a newer program
                return message;
        }
    }

    private static string? Bounded(string? text) => text is { Length: > MaxTextChars } ? text[..MaxTextChars] : text;

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0) { json.WriteNumber(name, value); }
    }

    private static void Flag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value) { json.WriteBoolean(name, value); }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) { json.WriteString(name, value); }
    }
}
