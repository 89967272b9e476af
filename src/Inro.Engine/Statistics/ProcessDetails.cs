using System.Globalization;
using System.Text;

namespace Inro.Engine.Statistics;

/// <summary>One process as <c>/proc</c> shows it: numbers of the host and of its own namespaces.</summary>
/// <remarks>Everything is read at once; what a process says of itself (name, arguments) is cut and cleaned of control characters.</remarks>
internal sealed class ProcessDetails
{
    /// <summary>Fields of /proc/PID/stat, counted from the state. See proc_pid_stat(5).</summary>
    public const int StatState = 0;

    /// <summary>The nice value.</summary>
    public const int StatNice = 16;

    private const int StatTerminal = 4;
    private const int StatUserTicks = 11;
    private const int StatSystemTicks = 12;
    private const int StatStart = 19;
    private const int TicksPerSecond = 100;
    private const int MaxArgumentBytes = 4096;
    private const int MaxIdFileBytes = 1024 * 1024;
    private const int PtsMajor = 136;

    private readonly string directory;
    private readonly string[] stat;
    private readonly Dictionary<string, string> status;

    private ProcessDetails(int pid, string directory, string[] stat, Dictionary<string, string> status, string commandLine)
    {
        Pid = pid;
        this.directory = directory;
        this.stat = stat;
        this.status = status;
        CommandLine = commandLine.Length > 0 ? commandLine : $"[{Name}]";
    }

    /// <summary>As this host numbers it.</summary>
    public int Pid { get; }

    /// <summary>Arguments, or the name in brackets.</summary>
    public string CommandLine { get; }

    public string Name => Clean(Status("Name"));

    public int Parent => int.TryParse(Status("PPid"), out int parent) ? parent : 0;

    public string InsidePid => Last(Status("NSpid"));

    public string InsideGroupPid => Last(Status("NSpgid"));

    /// <summary>The parent's pid as the container numbers it; 0: it is outside.</summary>
    public string InsideParent => Read(Parent) is { } parent && parent.Status("NSpid").Split('\t').Length == Status("NSpid").Split('\t').Length ? parent.InsidePid : "0";

    public string RealUser => InsideId("uid_map", Word("Uid", 0));

    public string EffectiveUser => InsideId("uid_map", Word("Uid", 1));

    public string RealGroup => InsideId("gid_map", Word("Gid", 0));

    public string EffectiveGroup => InsideId("gid_map", Word("Gid", 1));

    public string HostGroup => Word("Gid", 1);

    public string UserOnHost => NameOnHost("passwd", Word("Uid", 1));

    public string Label => TryRead("attr/current", MaxArgumentBytes) is { Length: > 0 } text ? text.TrimEnd('\0', '\n') : "";

    /// <summary>Processor time as ps writes it.</summary>
    public string Time => TimeSpan.FromSeconds(CpuTicks / TicksPerSecond).ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);

    public string Elapsed => Seconds(Age) switch
    {
        var s when s >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{s / 3600}h{s / 60 % 60}m{s % 60}s"),
        var s when s >= 60 => string.Create(CultureInfo.InvariantCulture, $"{s / 60}m{s % 60}s"),
        var s => string.Create(CultureInfo.InvariantCulture, $"{s}s"),
    };

    /// <summary>Time of day of its start; the date where that was another day.</summary>
    public string StartClock
    {
        get
        {
            DateTimeOffset now = TimeProvider.System.GetLocalNow(); // shown to people, as ps shows it
            DateTimeOffset started = now - Age;
            return started.ToString(started.Date == now.Date ? "HH:mm" : "MMMdd", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Share of one processor since it was started.</summary>
    public double CpuPercent => Age.TotalSeconds > 0 ? CpuTicks / (double)TicksPerSecond / Age.TotalSeconds * 100 : 0;

    public int CpuPercentWhole => (int)CpuPercent;

    public string Terminal
    {
        get
        {
            int number = int.TryParse(Stat(StatTerminal), CultureInfo.InvariantCulture, out int tty) ? tty : 0;
            int major = number >> 8 & 0xfff;
            return major == PtsMajor ? string.Create(CultureInfo.InvariantCulture, $"pts/{(number & 0xff) | (number >> 12 & 0xfff00)}") : number == 0 ? "?" : "tty";
        }
    }

    private TimeSpan Age => Uptime - TimeSpan.FromSeconds(Number(StatStart) / (double)TicksPerSecond);

    private long CpuTicks => Number(StatUserTicks) + Number(StatSystemTicks);

    private static TimeSpan Uptime => TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));

    /// <summary>Reads a process; null: it is gone.</summary>
    public static ProcessDetails? Read(int pid)
    {
        if (pid <= 0) { return null; }

        string place = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/");
        try
        {
            string line = File.ReadAllText(place + "stat");
            Dictionary<string, string> fields = new(StringComparer.Ordinal);
            foreach (string field in File.ReadAllLines(place + "status"))
            {
                int colon = field.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0) { fields.TryAdd(field[..colon], field[(colon + 1)..].Trim()); }
            }

            using FileStream arguments = File.OpenRead(place + "cmdline");
            byte[] bytes = new byte[MaxArgumentBytes];
            int length = arguments.Read(bytes);
            string commandLine = Clean(Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0').Replace('\0', ' '));
            return new ProcessDetails(pid, place, line[(line.LastIndexOf(')') + 2)..].Split(' '), fields, commandLine);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; }
    }

    /// <summary>A field of /proc/PID/status, or nothing.</summary>
    public string Status(string name) => status.GetValueOrDefault(name, "");

    /// <summary>A field of /proc/PID/stat.</summary>
    public string Stat(int index) => index < stat.Length ? stat[index] : "";

    /// <summary>An id of the host as the process's user namespace has it.</summary>
    public string InsideId(string map, string id)
    {
        if (!long.TryParse(id, CultureInfo.InvariantCulture, out long outside)) { return id; }

        foreach (string line in (TryRead(map, MaxArgumentBytes) ?? "").Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 3 || !long.TryParse(words[0], out long first) || !long.TryParse(words[1], out long begin) || !long.TryParse(words[2], out long count)) { continue; }

            if (outside >= begin && outside < begin + count) { return (outside - begin + first).ToString(CultureInfo.InvariantCulture); }
        }

        return id;
    }

    /// <summary>The name that the container's own /etc/passwd or group has for an id; the id where it has none.</summary>
    public string NameInside(string file, string id)
    {
        try
        {
            using Linux.Files.DirFd root = Linux.Files.DirFd.Open(directory + "root");
            using Microsoft.Win32.SafeHandles.SafeFileHandle opened = root.OpenInside("etc/" + file, Linux.Files.OpenFlags.Read | Linux.Files.OpenFlags.NonBlocking);
            return NameIn(Encoding.UTF8.GetString(Linux.Files.FileDescriptor.ReadToEnd(opened, MaxIdFileBytes, file)), id);
        }
        catch (IOException) { return id == "0" ? "root" : id; }
    }

    /// <summary>The name that this host has for an id.</summary>
    public static string NameOnHost(string file, string id)
    {
        try { return NameIn(File.ReadAllText("/etc/" + file), id); }
        catch (IOException) { return id; }
    }

    private static string NameIn(string lines, string id)
    {
        foreach (string line in lines.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && fields[2] == id) { return Clean(fields[0]); }
        }

        return id;
    }

    private string? TryRead(string name, int most)
    {
        try
        {
            using FileStream file = File.OpenRead(directory + name);
            byte[] bytes = new byte[most];
            return Encoding.UTF8.GetString(bytes, 0, file.Read(bytes));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; }
    }

    private string Word(string field, int index) => Status(field).Split('\t') is var words && index < words.Length ? words[index] : "";

    private long Number(int index) => long.TryParse(Stat(index), CultureInfo.InvariantCulture, out long value) ? value : 0;

    private static long Seconds(TimeSpan span) => (long)span.TotalSeconds;

    private static string Last(string list) => list.Split('\t')[^1];

    private static string Clean(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c));
}
