using System.Buffers;
using System.Text.Json;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>status.json in a container's run directory.</summary>
public static class ShimStatusFile
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads what the last shim wrote; null: none ever wrote (or the host was booted since).</summary>
    /// <exception cref="ShimException">The file is damaged.</exception>
    public static ShimStatus? Read(string runDirectory)
    {
        string path = runDirectory + "/" + ShimStatus.FileName;
        using SafeFileHandle? file = Descriptor.OpenIfThere(path, OpenFlags.Read);
        if (file is null) { return null; }

        try { return Decode(ShimFiles.ReadAll(file, MaxBytes)); }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new ShimException(ExitStatuses.RunFailed, $"{path} cannot be read: {failure.Message}", inner: failure);
        }
    }

    /// <summary>Replaces the file. The directory does not outlive the boot: no flush.</summary>
    public static void Write(string runDirectory, ShimStatus status)
    {
        using DirFd run = DirFd.Open(runDirectory);
        AtomicFile.Write(run, ShimStatus.FileName, Encode(status), durable: false);
    }

    internal static byte[] Encode(ShimStatus status)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("state"u8, status.State switch { ShimState.Running => "running", ShimState.Exited => "exited", _ => "unknown" });
            if (status.IsHeld) { json.WriteBoolean("held"u8, value: true); }

            json.WriteNumber("pid"u8, status.Pid);
            json.WriteNumber("startTime"u8, status.StartTime);
            json.WriteString("bootId"u8, status.BootId);
            json.WriteNumber("shimPid"u8, status.ShimPid);
            json.WriteNumber("startedAt"u8, status.StartedAtNanoseconds);
            json.WriteNumber("finishedAt"u8, status.FinishedAtNanoseconds);
            if (status.ExitCode is { } code) { json.WriteNumber("exitCode"u8, code); }

            if (status.Signal is { } signal) { json.WriteNumber("signal"u8, signal); }

            json.WriteBoolean("outOfMemory"u8, status.OutOfMemory);
            json.WriteNumber("logBytesLost"u8, status.LogBytesLost);
            if (status.Problem is { } problem) { json.WriteString("problem"u8, problem); }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static ShimStatus Decode(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) { throw new JsonException("expected an object"); }

        ShimStatus status = new() { State = ShimState.Unknown, Pid = 0, StartTime = 0, BootId = "" };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            status = Field(status, name, ref json);
        }

        return status;
    }

    private static ShimStatus Field(ShimStatus status, string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "state": return status with { State = State(json.GetString()) };
            case "held": return status with { IsHeld = json.GetBoolean() };
            case "pid": return status with { Pid = json.GetInt32() };
            case "startTime": return status with { StartTime = json.GetUInt64() };
            case "bootId": return status with { BootId = json.GetString() ?? "" };
            case "shimPid": return status with { ShimPid = json.GetInt32() };
            case "startedAt": return status with { StartedAtNanoseconds = json.GetInt64() };
            case "finishedAt": return status with { FinishedAtNanoseconds = json.GetInt64() };
            case "exitCode": return status with { ExitCode = json.GetInt32() };
            case "signal": return status with { Signal = json.GetInt32() };
            case "outOfMemory": return status with { OutOfMemory = json.GetBoolean() };
            case "logBytesLost": return status with { LogBytesLost = json.GetInt64() };
            case "problem": return status with { Problem = json.GetString() };
            default:
                json.Skip();
                return status;
        }
    }

    private static ShimState State(string? name) => name switch
    {
        "running" => ShimState.Running,
        "exited" => ShimState.Exited,
        _ => ShimState.Unknown,
    };
}
