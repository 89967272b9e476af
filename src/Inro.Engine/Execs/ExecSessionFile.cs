using System.Buffers;
using System.Text.Json;

namespace Inro.Engine.Execs;

/// <summary>A session as JSON, by hand as all that the engine keeps.</summary>
internal static class ExecSessionFile
{
    /// <summary>A larger file is none of ours: a request has 8 MB, each byte of which may be written as six.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    public static byte[] Encode(ExecSession session)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, session.Id);
            json.WriteString("containerId"u8, session.ContainerId);
            Write(json, "command"u8, session.Options.Command);
            Write(json, "environment"u8, session.Options.Environment);
            if (session.Options.User is { } user) { json.WriteString("user"u8, user); }

            if (session.Options.WorkingDirectory is { } directory) { json.WriteString("workingDirectory"u8, directory); }

            json.WriteBoolean("tty"u8, session.Options.Tty);
            json.WriteBoolean("privileged"u8, session.Options.Privileged);
            json.WriteBoolean("attachStdin"u8, session.AttachStdin);
            json.WriteBoolean("attachStdout"u8, session.AttachStdout);
            json.WriteBoolean("attachStderr"u8, session.AttachStderr);
            if (session.DetachKeys is { } keys) { json.WriteString("detachKeys"u8, keys); }

            json.WriteNumber("consoleRows"u8, session.ConsoleRows);
            json.WriteNumber("consoleColumns"u8, session.ConsoleColumns);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">Not what was written.</exception>
    public static ExecSession Decode(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        ExecSession session = new() { Id = "", ContainerId = "", Options = new ExecOptions { Command = [] } };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            session = Field(session, name, ref json);
        }

        return session.Id.Length > 0 && session.Options.Command.Count > 0 ? session : throw new JsonException("expected id and command");
    }

    private static ExecSession Field(ExecSession session, string name, ref Utf8JsonReader json)
    {
        ExecOptions options = session.Options;
        switch (name)
        {
            case "id": return session with { Id = json.GetString() ?? "" };
            case "containerId": return session with { ContainerId = json.GetString() ?? "" };
            case "command": return session with { Options = options with { Command = Read(ref json) } };
            case "environment": return session with { Options = options with { Environment = Read(ref json) } };
            case "user": return session with { Options = options with { User = json.GetString() } };
            case "workingDirectory": return session with { Options = options with { WorkingDirectory = json.GetString() } };
            case "tty": return session with { Options = options with { Tty = json.GetBoolean() } };
            case "privileged": return session with { Options = options with { Privileged = json.GetBoolean() } };
            case "attachStdin": return session with { AttachStdin = json.GetBoolean() };
            case "attachStdout": return session with { AttachStdout = json.GetBoolean() };
            case "attachStderr": return session with { AttachStderr = json.GetBoolean() };
            case "detachKeys": return session with { DetachKeys = json.GetString() };
            case "consoleRows": return session with { ConsoleRows = json.GetInt32() };
            case "consoleColumns": return session with { ConsoleColumns = json.GetInt32() };
            default:
                json.Skip();
                return session;
        }
    }

    private static List<string> Read(ref Utf8JsonReader json)
    {
        List<string> texts = [];
        while (json.Read() && json.TokenType == JsonTokenType.String) { texts.Add(json.GetString()!); } // a string token is never null

        return texts;
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) { json.WriteStringValue(text); }

        json.WriteEndArray();
    }
}
