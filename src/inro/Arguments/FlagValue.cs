using System.Globalization;

namespace Inro.Cli.Arguments;

/// <summary>Readers of single values; each throws <see cref="FormatException"/> with the reason alone.</summary>
internal static class FlagValue
{
    /// <summary>A switch's value in the spellings that Go accepts.</summary>
    public static bool Boolean(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"\"{text}\" is neither true nor false"),
    };

    /// <summary>A decimal whole number between two limits.</summary>
    public static long Whole(string text, long least = long.MinValue, long most = long.MaxValue)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            throw new FormatException($"\"{text}\" is not a whole number");
        }

        return value >= least && value <= most
            ? value
            : throw new FormatException(value < least ? $"the least value is {least}" : $"the greatest value is {most}");
    }

    /// <summary>A number of processors such as <c>1.5</c>, in billionths of a processor.</summary>
    public static long NanoCpus(string text)
    {
        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out decimal cpus))
        {
            throw new FormatException($"failed to parse {text} as a rational number");
        }

        if (cpus < 0 || cpus > MaxCpus) { throw new FormatException($"the number of processors must be from 0 to {MaxCpus}"); }

        decimal nano = cpus * 1_000_000_000m;
        return nano == decimal.Truncate(nano) ? (long)nano : throw new FormatException("value is too precise");
    }

    /// <summary>One of a few words.</summary>
    public static string OneOf(string text, params string[] words) =>
        Array.IndexOf(words, text) >= 0 ? text : throw new FormatException($"must be one of {string.Join(", ", words)}");

    /// <summary>A name that a file can have.</summary>
    public static string FileName(string text) =>
        text.Length > 0 && text is not ("." or "..") && !text.Contains('/', StringComparison.Ordinal) && !text.Any(char.IsControl) ? text : throw new FormatException($"'{text}' is no name");

    /// <summary>Splits <c>key=value</c>; a lone key has an empty value.</summary>
    public static (string Key, string Value) Pair(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? text : text[..equals];
        if (key.Trim().Length == 0) { throw new FormatException($"invalid key=value pair '{text}': the key is empty"); }

        return (key, equals < 0 ? "" : text[(equals + 1)..]);
    }

    private const int MaxCpus = 1 << 20;
}
