using System.Globalization;
using System.Text;
using System.Text.Json;
using Inro.Linux;

namespace Inro.Runtime.Launch;

/// <summary>Shows a launch program, to people and as JSON, from the bytes that the walker would get.</summary>
public static class LaunchExplain
{
    /// <summary>Longest string shown to people, in characters; JSON has it whole.</summary>
    private const int MaxShownText = 60;

    /// <summary>Writes a numbered list, grouped by step.</summary>
    public static void WriteText(LaunchProgram program, TextWriter output)
    {
        var reader = new ProgramReader(program.Parts);
        var line = new StringBuilder();
        string? step = null;
        foreach (LaunchOperation operation in program.Operations)
        {
            string name = operation.Step?.Name ?? "launch";
            if (name != step)
            {
                step = name;
                output.Write(line.Clear().Append(name).Append('\n'));
            }

            line.Clear().Append(CultureInfo.InvariantCulture, $"{operation.Number,5}  {operation.Title}");
            if (operation.Call is { } call) { AppendCall(line, reader, operation.Number - 1, call); }
            AppendCircumstances(line, reader, operation.Number - 1);
            output.Write(line.Append('\n'));
        }
    }

    /// <summary>Writes an array with one object for each operation.</summary>
    /// <remarks>Prepared bytes are shown as hexadecimal, as they are before the walk; names of slots stand for values known only then.</remarks>
    public static void WriteJson(LaunchProgram program, Utf8JsonWriter json)
    {
        var reader = new ProgramReader(program.Parts);
        json.WriteStartArray();
        foreach (LaunchOperation operation in program.Operations) { WriteOperation(json, reader, operation); }
        json.WriteEndArray();
    }

    private static void WriteOperation(Utf8JsonWriter json, ProgramReader reader, LaunchOperation operation)
    {
        int index = operation.Number - 1;
        json.WriteStartObject();
        json.WriteNumber("number"u8, operation.Number);
        json.WriteString("step"u8, operation.Step?.Name ?? "launch");
        json.WriteString("kind"u8, Kind(operation.Kind));
        json.WriteString("label"u8, operation.Label);
        if (operation.Subject.Length > 0) { json.WriteString("subject"u8, operation.Subject); }
        if (operation.Call is { } call) { json.WriteString("call"u8, call.Name); }
        if (operation.Kind is LaunchOperationKind.Call or LaunchOperationKind.Spawn or LaunchOperationKind.Listen)
        {
            json.WriteStartArray("arguments"u8);
            for (int i = 0; i < reader.ArgumentCount(index); i++) { WriteArgument(json, reader.Argument(index, i)); }
            json.WriteEndArray();
        }

        if (reader.Result(index) is { } result) { json.WriteString("result"u8, result); }
        WriteCircumstances(json, reader, index);
        json.WriteEndObject();
    }

    private static void WriteArgument(Utf8JsonWriter json, ShownArgument argument)
    {
        if (argument.Number is { } number) { json.WriteNumberValue(number); }
        else if (argument.Text is { } text) { json.WriteStringValue(text); }
        else if (argument.Texts is { } texts)
        {
            json.WriteStartArray();
            foreach (string item in texts) { json.WriteStringValue(item); }
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject();
            if (argument.Slot is { } slot) { json.WriteString("slot"u8, slot); }
            if (argument.Bytes is { } bytes) { json.WriteString("bytes"u8, Convert.ToHexStringLower(bytes)); }
            json.WriteEndObject();
        }
    }

    private static void WriteCircumstances(Utf8JsonWriter json, ProgramReader reader, int index)
    {
        List<Errno> tolerated = reader.Tolerated(index);
        if (tolerated.Count > 0)
        {
            json.WriteStartArray("tolerates"u8);
            foreach (Errno errno in tolerated) { json.WriteStringValue(errno.ToString()); }
            json.WriteEndArray();
        }

        if (reader.When(index, out bool wantsSet) is { } slot)
        {
            json.WriteStartObject("when"u8);
            json.WriteString("slot"u8, slot);
            json.WriteBoolean("set"u8, wantsSet);
            json.WriteEndObject();
        }
    }

    private static void AppendCall(StringBuilder line, ProgramReader reader, int index, SystemCall call)
    {
        line.Append("  [").Append(call.Name).Append('(');
        for (int i = 0; i < reader.ArgumentCount(index); i++)
        {
            if (i > 0) { line.Append(", "); }
            AppendArgument(line, reader.Argument(index, i));
        }

        line.Append(')');
        if (reader.Result(index) is { } result) { line.Append(" → ").Append(result); }
        line.Append(']');
    }

    private static void AppendArgument(StringBuilder line, ShownArgument argument)
    {
        if (argument.Number is { } number)
        {
            if (number is >= -4096 and < 4096) { line.Append(number); }
            else { line.Append(CultureInfo.InvariantCulture, $"0x{number:x}"); }
        }
        else if (argument.Slot is { } slot) { line.Append('{').Append(slot).Append('}'); }
        else if (argument.Text is { } text) { AppendText(line, text); }
        else if (argument.Texts is { } texts) { line.Append(CultureInfo.InvariantCulture, $"{texts.Length} strings"); }
        else { line.Append(CultureInfo.InvariantCulture, $"{argument.Bytes?.Length ?? 0} bytes"); }
    }

    /// <summary>Quoted, and without anything that a terminal would take for a command.</summary>
    private static void AppendText(StringBuilder line, string text)
    {
        line.Append('"');
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxShownText)))
        {
            if (char.IsControl(c) || c is '"' or '\\') { line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"); }
            else { line.Append(c); }
        }

        line.Append(text.Length > MaxShownText ? "\"…" : "\"");
    }

    private static void AppendCircumstances(StringBuilder line, ProgramReader reader, int index)
    {
        if (reader.When(index, out bool wantsSet) is { } slot) { line.Append(wantsSet ? "  if " : "  unless ").Append(slot); }
        List<Errno> tolerated = reader.Tolerated(index);
        for (int i = 0; i < tolerated.Count; i++) { line.Append(i == 0 ? "  may fail with " : ", ").Append(tolerated[i].ToString()); }
    }

    private static string Kind(LaunchOperationKind kind) => kind switch
    {
        LaunchOperationKind.Call => "call",
        LaunchOperationKind.Store => "store",
        LaunchOperationKind.Sync => "sync",
        LaunchOperationKind.Gate => "gate",
        LaunchOperationKind.Spawn => "spawn",
        LaunchOperationKind.Clone => "clone",
        LaunchOperationKind.Expect => "expect",
        LaunchOperationKind.Listen => "listen",
        LaunchOperationKind.Load => "load",
        _ => "announce",
    };
}
