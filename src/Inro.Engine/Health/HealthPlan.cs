using System.Buffers;
using System.Text.Json;

namespace Inro.Engine.Health;

/// <summary>How the health of a running container is tested: what its shim does. Written as <see cref="FileName"/> into the bundle at each start.</summary>
public sealed record HealthPlan
{
    /// <summary>Name of the file in the container's directory.</summary>
    public const string FileName = "health.json";

    /// <summary>A larger file is refused.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Between two checks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A check that takes longer has failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long failures do not count after the start, unless a check went well before.</summary>
    public TimeSpan StartPeriod { get; init; }

    /// <summary>Between two checks in the start period.</summary>
    public TimeSpan StartInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So many failures in a row make it unhealthy.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How many results are kept.</summary>
    public int KeptResults { get; init; } = HealthRecord.UsualResults;

    /// <summary>How much of a check's output is kept, in characters.</summary>
    public int KeptOutput { get; init; } = HealthRecord.MaxOutputBytes;

    /// <summary>How many checks in a row must go well; more than one only of <see cref="Startup"/>.</summary>
    public int Successes { get; init; } = 1;

    /// <summary>What is tested first, until it goes well; null: nothing is.</summary>
    public HealthPlan? Startup { get; init; }

    /// <summary>A probe without a process, see <see cref="NetworkProbe"/>; null: <see cref="Process"/> is run.</summary>
    public string? Address { get; init; }

    /// <summary>The process that tests, an OCI process object in JSON.</summary>
    public ReadOnlyMemory<byte> Process { get; init; }

    /// <summary>The file's bytes.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer)) { Write(json); }

        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("interval"u8, Interval.Ticks);
        json.WriteNumber("timeout"u8, Timeout.Ticks);
        json.WriteNumber("startPeriod"u8, StartPeriod.Ticks);
        json.WriteNumber("startInterval"u8, StartInterval.Ticks);
        json.WriteNumber("retries"u8, Retries);
        json.WriteNumber("keptResults"u8, KeptResults);
        json.WriteNumber("keptOutput"u8, KeptOutput);
        json.WriteNumber("successes"u8, Successes);
        if (Address is not null) { json.WriteString("address"u8, Address); }

        if (!Process.IsEmpty) { json.WriteBase64String("process"u8, Process.Span); }

        if (Startup is { } first)
        {
            json.WritePropertyName("startup"u8);
            first.Write(json);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; members of a newer program are passed over.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static HealthPlan Decode(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        return Decode(ref json);
    }

    private static HealthPlan Decode(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) { throw new JsonException("expected an object"); }

        var plan = new HealthPlan();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            plan = Member(plan, name, ref json);
        }

        return plan;
    }

    private static HealthPlan Member(HealthPlan plan, string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "interval": return plan with { Interval = new TimeSpan(json.GetInt64()) };
            case "timeout": return plan with { Timeout = new TimeSpan(json.GetInt64()) };
            case "startPeriod": return plan with { StartPeriod = new TimeSpan(json.GetInt64()) };
            case "startInterval": return plan with { StartInterval = new TimeSpan(json.GetInt64()) };
            case "retries": return plan with { Retries = json.GetInt32() };
            case "keptResults": return plan with { KeptResults = json.GetInt32() };
            case "keptOutput": return plan with { KeptOutput = json.GetInt32() };
            case "successes": return plan with { Successes = json.GetInt32() };
            case "startup": return plan with { Startup = Decode(ref json) };
            case "address": return plan with { Address = json.GetString() };
            case "process": return plan with { Process = json.GetBytesFromBase64() };
            default:
                json.Skip();
                return plan;
        }
    }
}
