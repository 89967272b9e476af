namespace Inro.Engine.Containers;

/// <summary>Signals by name or number, as docker reads them.</summary>
public static class SignalName
{
    private const int RealTimeMinimum = 34;
    private const int RealTimeMaximum = 64;

    private static ReadOnlySpan<string> Names => new[]
    {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    };

    /// <summary>The number: <c>KILL</c>, <c>SIGKILL</c>, <c>9</c>, <c>RTMIN+3</c>.</summary>
    /// <exception cref="EngineException">InvalidArgument: no such signal.</exception>
    public static int Parse(string typed)
    {
        if (int.TryParse(typed, System.Globalization.NumberStyles.None, null, out int number) && number is > 0 and <= RealTimeMaximum) { return number; }

        string name = typed.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) { name = name[3..]; }

        int known = name.Length > 0 ? Names.IndexOf(name) : -1;
        if (known > 0) { return known; }

        int other = name switch { "IOT" => 6, "CLD" => 17, "POLL" => 29, _ => RealTime(name) };
        return other > 0 ? other : throw new EngineException(ErrorCode.InvalidArgument, $"invalid signal: {typed}", "give a name like TERM or a number from 1 to 64");
    }

    private static int RealTime(string name)
    {
        (int start, int sign) = name.StartsWith("RTMIN", StringComparison.Ordinal) ? (RealTimeMinimum, 1)
            : name.StartsWith("RTMAX", StringComparison.Ordinal) ? (RealTimeMaximum, -1)
            : (0, 0);
        if (start == 0) { return 0; }

        string rest = name[5..];
        if (rest.Length == 0) { return start; }

        bool isOffset = rest[0] == (sign > 0 ? '+' : '-') && int.TryParse(rest.AsSpan(1), System.Globalization.NumberStyles.None, null, out int offset) && offset <= RealTimeMaximum - RealTimeMinimum;
        return isOffset ? start + (sign * int.Parse(rest.AsSpan(1))) : 0;
    }
}
