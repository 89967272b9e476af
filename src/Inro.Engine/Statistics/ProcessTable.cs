using System.Globalization;
using Inro.Linux.Capabilities;

namespace Inro.Engine.Statistics;

/// <summary>Processes of a container with what is asked of each. See podman-top(1) for the descriptors.</summary>
public static class ProcessTable
{
    private static readonly string[] Known =
    [
        "args", "capamb", "capbnd", "capeff", "capinh", "capprm", "comm", "etime", "group", "groups", "hgroup", "hpid", "huser", "label", "nice", "pcpu", "pgid",
        "pid", "ppid", "rgroup", "rss", "ruser", "seccomp", "state", "stime", "time", "tty", "user", "vsz",
    ];

    private static readonly string[] Headings =
    [
        "COMMAND", "AMBIENT CAPS", "BOUNDING CAPS", "EFFECTIVE CAPS", "INHERITED CAPS", "PERMITTED CAPS", "COMMAND", "ELAPSED", "GROUP", "GROUPS", "HGROUP", "HPID", "HUSER", "LABEL", "NI", "%CPU", "PGID",
        "PID", "PPID", "RGROUP", "RSS", "RUSER", "SECCOMP", "STATE", "STIME", "TIME", "TTY", "USER", "VSZ",
    ];

    /// <summary>What can be asked.</summary>
    public static IReadOnlyList<string> Descriptors => Known;

    /// <summary>Docker's columns, those of <c>ps -ef</c>.</summary>
    public static IReadOnlyList<string> FullFormat { get; } = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];

    /// <summary>The heading of a descriptor.</summary>
    public static string HeadingOf(string descriptor) => Headings[Array.IndexOf(Known, descriptor)];

    /// <summary>The rows of <see cref="FullFormat"/>: pids and users as this host has them.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> ReadFull(IReadOnlyList<int> pids) =>
        [.. Read(pids).Select(static p => new[] { p.UserOnHost, Text(p.Pid), Text(p.Parent), Text(p.CpuPercentWhole), p.StartClock, p.Terminal, p.Time, p.CommandLine })];

    /// <summary>One row for each process that is still there.</summary>
    /// <param name="pids">As this host numbers them.</param>
    /// <param name="descriptors">Of <see cref="Descriptors"/>.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Read(IReadOnlyList<int> pids, IReadOnlyList<string> descriptors) =>
        [.. Read(pids).Select(p => descriptors.Select(d => Value(p, d)).ToArray())];

    private static IEnumerable<ProcessDetails> Read(IReadOnlyList<int> pids) => pids.Select(ProcessDetails.Read).OfType<ProcessDetails>();

    private static string Value(ProcessDetails p, string descriptor) => descriptor switch
    {
        "args" => p.CommandLine,
        "capamb" => Capabilities(p.Status("CapAmb")),
        "capbnd" => Capabilities(p.Status("CapBnd")),
        "capeff" => Capabilities(p.Status("CapEff")),
        "capinh" => Capabilities(p.Status("CapInh")),
        "capprm" => Capabilities(p.Status("CapPrm")),
        "comm" => p.Name,
        "etime" => p.Elapsed,
        "group" => p.NameInside("group", p.EffectiveGroup),
        "groups" => string.Join(',', p.Status("Groups").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(g => p.NameInside("group", p.InsideId("gid_map", g)))),
        "hgroup" => ProcessDetails.NameOnHost("group", p.HostGroup),
        "hpid" => Text(p.Pid),
        "huser" => p.UserOnHost,
        "label" => p.Label,
        "nice" => p.Stat(ProcessDetails.StatNice),
        "pcpu" => p.CpuPercent.ToString("F3", CultureInfo.InvariantCulture),
        "pgid" => p.InsideGroupPid,
        "pid" => p.InsidePid,
        "ppid" => p.InsideParent,
        "rgroup" => p.NameInside("group", p.RealGroup),
        "rss" => p.Status("VmRSS").Replace(" kB", "KB", StringComparison.Ordinal),
        "ruser" => p.NameInside("passwd", p.RealUser),
        "seccomp" => p.Status("Seccomp") switch { "0" => "disabled", "1" => "strict", "2" => "filter", _ => "?" },
        "state" => p.Stat(ProcessDetails.StatState),
        "stime" => p.StartClock,
        "time" => p.Time,
        "tty" => p.Terminal,
        "user" => p.NameInside("passwd", p.EffectiveUser),
        _ => p.Status("VmSize").Replace(" kB", "KB", StringComparison.Ordinal),
    };

    private static string Capabilities(string mask)
    {
        if (!ulong.TryParse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits) || bits == 0) { return "none"; }

        CapabilitySet set = new(bits);
        return set.Count >= CapabilitySet.Known.Count ? "full" : string.Join(',', set.ToNames().Select(static n => n.Replace("CAP_", "", StringComparison.Ordinal)));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
