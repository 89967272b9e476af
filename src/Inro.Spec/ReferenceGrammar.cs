namespace Inro.Spec;

/// <summary>The rules for the parts of a reference, spelled out without regular expressions.</summary>
internal static class ReferenceGrammar
{
    /// <summary>A word character, then up to 127 of word characters, '.' and '-'.</summary>
    public static bool IsTag(ReadOnlySpan<char> tag)
    {
        if (tag.Length is 0 or > ImageReference.MaxTagLength || tag[0] is '.' or '-') { return false; }

        foreach (char c in tag)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) { return false; }
        }

        return true;
    }

    /// <summary>Components joined by slashes, each of a-z and 0-9 words joined by '.', '_', '__' or any number of '-'.</summary>
    public static bool IsRepository(ReadOnlySpan<char> repository)
    {
        foreach (Range part in repository.Split('/'))
        {
            if (!IsComponent(repository[part])) { return false; }
        }

        return true;
    }

    /// <summary>Dotted host names, or an IPv6 address in brackets, and an optional port.</summary>
    public static bool IsHost(ReadOnlySpan<char> host)
    {
        int colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
        {
            ReadOnlySpan<char> port = host[(colon + 1)..];
            if (port.Length is 0 or > 5 || port.ContainsAnyExceptInRange('0', '9')) { return false; }

            host = host[..colon];
        }

        if (host is ['[', .. var address, ']']) { return IsAddress(address); }

        foreach (Range part in host.Split('.'))
        {
            if (!IsHostWord(host[part])) { return false; }
        }

        return true;
    }

    private static bool IsAddress(ReadOnlySpan<char> address)
    {
        foreach (char c in address)
        {
            if (!char.IsAsciiHexDigit(c) && c != ':') { return false; }
        }

        return address.Length > 1;
    }

    private static bool IsHostWord(ReadOnlySpan<char> word)
    {
        if (word.Length == 0 || word[0] == '-' || word[^1] == '-') { return false; }

        foreach (char c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') { return false; }
        }

        return true;
    }

    private static bool IsComponent(ReadOnlySpan<char> component)
    {
        if (component.Length == 0 || !IsWordCharacter(component[0]) || !IsWordCharacter(component[^1])) { return false; }

        for (int i = 0; i < component.Length;)
        {
            if (IsWordCharacter(component[i])) { i++; continue; }

            int run = 1;
            while (!IsWordCharacter(component[i + run])) { run++; } // the last character is a word character: this ends

            ReadOnlySpan<char> separator = component.Slice(i, run);
            if (separator is not ("." or "_" or "__") && separator.ContainsAnyExcept('-')) { return false; }

            i += run;
        }

        return true;
    }

    private static bool IsWordCharacter(char c) => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c);
}
