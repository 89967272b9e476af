using Inro.Runtime.Systemd.Bus;

namespace Inro.Runtime.Systemd;

/// <summary>Annotations that are properties of the container's unit: <c>org.systemd.property.TimeoutStopUSec</c> = <c>uint64 5000000</c>.</summary>
/// <remarks>The values are in GLib's text form; a time may be given in seconds under the name that unit files have for it (<c>TimeoutStopSec</c> = <c>5</c>).</remarks>
internal static class PropertyAnnotations
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "org.systemd.property.";

    private const int ShortestName = 3;
    private const double MicrosecondsPerSecond = 1_000_000;

    /// <exception cref="RuntimeException">A name or a value is none.</exception>
    public static IEnumerable<UnitProperty> Read(IReadOnlyDictionary<string, string> annotations)
    {
        foreach ((string annotation, string text) in annotations)
        {
            if (annotation.Length <= Prefix.Length || !annotation.StartsWith(Prefix, StringComparison.Ordinal)) { continue; }

            yield return Read(annotation, annotation[Prefix.Length..], text);
        }
    }

    private static UnitProperty Read(string annotation, string name, string text)
    {
        if (name.Length < ShortestName || !name.All(char.IsAsciiLetter)) { throw RuntimeException.Invalid($"annotation {annotation}", "the name of a property has three or more letters, and nothing else"); }

        try
        {
            BusValue value = VariantText.Parse(text);
            bool isSeconds = name.EndsWith("Sec", StringComparison.Ordinal) && name.Length > 3 && char.IsAsciiLetterLower(name[^4]);
            return isSeconds ? new(name[..^3] + "USec", BusValue.UInt64(Microseconds(value))) : new(name, value);
        }
        catch (FormatException e)
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration, $"annotation {annotation}={text}: {e.Message}", "write it as GLib writes variants: uint64 5, 'text', ['a', 'b'], true", e);
        }
    }

    private static ulong Microseconds(BusValue seconds)
    {
        double amount = seconds.Content switch
        {
            byte number => number,
            long number => number,
            ulong number => number,
            double number => number,
            _ => throw new FormatException("a time in seconds is a number"),
        };
        return amount is >= 0 and < ulong.MaxValue / MicrosecondsPerSecond ? (ulong)(amount * MicrosecondsPerSecond) : throw new FormatException("a time in seconds is not negative, and no longer than 584,000 years");
    }
}
