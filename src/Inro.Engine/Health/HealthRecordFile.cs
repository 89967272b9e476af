using System.Buffers;
using System.Text.Json;
using Inro.Linux.Files;

namespace Inro.Engine.Health;

/// <summary>health.json in a container's run directory: what its shim has found.</summary>
public static class HealthRecordFile
{
    private const string FileName = "health.json";
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly string[] States = ["none", "starting", "healthy", "unhealthy"];

    /// <summary>Docker's word for a state.</summary>
    public static string NameOf(HealthState state) => States[(int)state];

    /// <summary>What a shim says in the place of a state when the check of the start has failed as often as it may.</summary>
    public const string FailedToStart = "failed-to-start";

    /// <summary>The state of a word; null: it is none.</summary>
    public static HealthState? Find(string name) => Array.IndexOf(States, name) is >= 0 and var at ? (HealthState)at : null;

    /// <summary>Reads what the shim wrote last; null: it has written nothing that can be read.</summary>
    public static HealthRecord? Read(string runDirectory)
    {
        string path = runDirectory + "/" + FileName;
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= MaxBytes }) { return null; }

            return Decode(File.ReadAllBytes(path));
        }
        catch (Exception gone) when (gone is IOException or JsonException or InvalidOperationException or FormatException) { return null; }
    }

    /// <summary>Replaces the file. The directory does not outlive the boot: no flush.</summary>
    public static void Write(string runDirectory, HealthRecord record)
    {
        using DirFd run = DirFd.Open(runDirectory);
        AtomicFile.Write(run, FileName, Encode(record), durable: false);
    }

    internal static byte[] Encode(HealthRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("state"u8, NameOf(record.State));
            json.WriteNumber("failingStreak"u8, record.FailingStreak);
            if (record.IsStartingUp) { json.WriteNumber("startupSuccesses"u8, record.StartupSuccesses); }

            json.WriteStartArray("results"u8);
            foreach (HealthResult result in record.Results)
            {
                json.WriteStartObject();
                json.WriteNumber("start"u8, result.StartNanoseconds);
                json.WriteNumber("end"u8, result.EndNanoseconds);
                json.WriteNumber("exitCode"u8, result.ExitCode);
                json.WriteString("output"u8, result.Output);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static HealthRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        HealthRecord record = HealthRecord.Initial;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            switch (name)
            {
                case "state": record = record with { State = (HealthState)Math.Max(Array.IndexOf(States, json.GetString()), 0) }; break;
                case "failingStreak": record = record with { FailingStreak = json.GetInt32() }; break;
                case "startupSuccesses": record = record with { IsStartingUp = true, StartupSuccesses = json.GetInt32() }; break;
                case "results": record = record with { Results = Results(ref json) }; break;
                default: json.Skip(); break;
            }
        }

        return record;
    }

    private static List<HealthResult> Results(ref Utf8JsonReader json)
    {
        List<HealthResult> results = [];
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            HealthResult result = new(0, 0, 0, "");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!; // a property name is never null
                json.Read();
                result = name switch
                {
                    "start" => result with { StartNanoseconds = json.GetInt64() },
                    "end" => result with { EndNanoseconds = json.GetInt64() },
                    "exitCode" => result with { ExitCode = json.GetInt32() },
                    "output" => result with { Output = json.GetString() ?? "" },
                    _ => result,
                };
            }

            results.Add(result);
        }

        return results;
    }
}
