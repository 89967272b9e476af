namespace Inro.Cli.Arguments;

/// <summary><c>--ulimit NAME=SOFT[:HARD]</c>; -1 means unlimited.</summary>
/// <param name="Name">Lower case without RLIMIT_, e.g. <c>nofile</c>.</param>
/// <param name="Soft">In the limit's own unit; -1 for unlimited.</param>
/// <param name="Hard">Equal to <paramref name="Soft"/> where none was typed.</param>
internal readonly record struct UlimitArgument(string Name, long Soft, long Hard)
{
    public static UlimitArgument Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) { throw new FormatException($"invalid ulimit argument: {text}"); }

        string name = text[..equals].ToLowerInvariant();
        if (Array.IndexOf(Names, name) < 0) { throw new FormatException($"invalid ulimit type: {name}"); }

        string[] limits = text[(equals + 1)..].Split(':');
        if (limits.Length > 2) { throw new FormatException($"too many limit value arguments - {text[(equals + 1)..]}, can only have up to two, `soft[:hard]`"); }

        long soft = Limit(limits[0]);
        long hard = limits.Length == 2 ? Limit(limits[1]) : soft;
        bool isOrdered = hard == -1 || (soft != -1 && soft <= hard);
        return isOrdered
            ? new UlimitArgument(name, soft, hard)
            : throw new FormatException($"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}");
    }

    /// <summary>What a shell may offer.</summary>
    public static string[] Names =>
    [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime",
        "sigpending", "stack",
    ];

    private static long Limit(string text) => text == "unlimited" ? -1 : FlagValue.Whole(text, least: -1);
}
