using System.Globalization;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Names of signals. See signal(7); x86-64 and arm64 share the numbers.</summary>
internal static class OciSignals
{
    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",
        "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Reads a number, or a name with or without SIG, in any case.</summary>
    public static int Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 0 and <= 64) { return number; }

        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) { name = name[3..]; }

        int index = name.Length == 0 ? -1 : Array.IndexOf(Names, name);
        if (index < 0 && name.StartsWith("RTMIN", StringComparison.Ordinal))
        {
            index = name.Length == 5 ? 34 : int.TryParse(name[5..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset) ? 34 + offset : -1;
        }

        return index is > 0 and <= 64 ? index : throw new OciUsageException($"unknown signal \"{text}\"");
    }
}
