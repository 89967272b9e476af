using System.Globalization;
using System.Text.Json;

namespace Inro.Runtime.Resources;

/// <summary>Numbers in files of cgroups. All are counts: never negative, up to 2^64-1.</summary>
internal static class CounterFile
{
    /// <summary>A file of one number; "max" is the highest. Null: it is not one, or there is no file.</summary>
    public static ulong? Number(string? text) => text == "max" ? ulong.MaxValue
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    /// <summary>A file of lines "name number".</summary>
    public static IReadOnlyDictionary<string, ulong> Named(string? text)
    {
        var values = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (string line in (text ?? "").Split('\n'))
        {
            if (line.Split(' ') is [var name, var value] && Number(value) is { } number) { values.TryAdd(name, number); }
        }

        return values;
    }

    /// <summary>Writes a number that readers take for 0 when it is absent.</summary>
    public static void Unless0(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number and not 0) { json.WriteNumber(name, number); }
    }

    /// <summary>Writes pressure as <c>some</c> and <c>full</c>; nothing where the kernel does not measure it. See the kernel's psi.rst.</summary>
    public static void Pressure(Utf8JsonWriter json, string? text)
    {
        if (string.IsNullOrEmpty(text)) { return; }

        json.WriteStartObject("psi"u8);
        foreach (string line in text.Split('\n'))
        {
            if (line.Split(' ') is not [("some" or "full") and var kind, .. var values]) { continue; }

            json.WriteStartObject(kind);
            foreach (string value in values)
            {
                if (value.Split('=') is [var name, var number] && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal parsed))
                {
                    json.WriteNumber(name, parsed);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
