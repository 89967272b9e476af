using System.Text.Json;
using Inro.Bench.Rows;

namespace Inro.Bench.Report;

/// <summary>Results with every single value, for whoever wants to look closer or compare runs.</summary>
internal static class JsonReport
{
    public static void Write(string path, IReadOnlyList<(IRow Row, RowResult Result)> results)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("kernel", File.ReadAllText("/proc/sys/kernel/osrelease").Trim());
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteString("load", File.ReadAllText("/proc/loadavg").Trim());
        json.WriteStartArray("rows");
        foreach ((IRow row, RowResult result) in results) { WriteRow(json, row, result); }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter json, IRow row, RowResult result)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Id);
        json.WriteString("what", row.What);
        json.WriteString("unit", result.Unit);
        json.WriteString("promise", result.Promise);
        if (!double.IsNaN(result.Ratio)) { json.WriteNumber("ratio", Math.Round(result.Ratio, 4)); }

        json.WriteBoolean("kept", result.IsKept);
        json.WriteStartArray("standings");
        foreach (var standing in result.Standings)
        {
            json.WriteStartObject();
            json.WriteString("name", standing.Name);
            if (standing.Problem is { } problem) { json.WriteString("problem", problem); }

            if (standing.Values.Length > 0) { json.WriteNumber("median", Math.Round(standing.Median, 4)); }

            json.WriteStartArray("values");
            foreach (double value in standing.Values) { json.WriteNumberValue(Math.Round(value, 4)); }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
