namespace Inro.Engine.Devices;

/// <summary>A device by its CDI name: <c>vendor.com/class=name</c>.</summary>
/// <remarks>Source: Container Device Interface specification 1.0, "Kind" and "Device names".</remarks>
public static class CdiName
{
    /// <summary>Whether a text is such a name, and no path.</summary>
    public static bool IsName(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return slash > 0 && equals > slash + 1 && equals < text.Length - 1
            && IsWord(text.AsSpan(0, slash), "_.-") && IsWord(text.AsSpan(slash + 1, equals - slash - 1), "_-") && IsDevice(text.AsSpan(equals + 1));
    }

    /// <summary>Vendor and class of a name.</summary>
    public static string KindOf(string name) => name[..name.IndexOf('=', StringComparison.Ordinal)];

    private static bool IsWord(ReadOnlySpan<char> text, string others)
    {
        if (!char.IsAsciiLetter(text[0])) { return false; }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !others.Contains(c, StringComparison.Ordinal)) { return false; }
        }

        return true;
    }

    private static bool IsDevice(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or ':')) { return false; }
        }

        return char.IsAsciiLetterOrDigit(text[0]);
    }
}
