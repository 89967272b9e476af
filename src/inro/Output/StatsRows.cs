using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Statistics;

namespace Inro.Cli.Output;

/// <summary>What containers use, as rows of <c>inro stats</c>.</summary>
internal static class StatsRows
{
    /// <summary>Columns of the table where no other are asked.</summary>
    public const string Columns = "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

    private const string Unknown = "--";
    private const int ShortId = 12;
    private const double BinaryStep = 1024;

    public static FieldList Headings => new(
        ("BlockIO", "BLOCK I/O"), ("CPUPerc", "CPU %"), ("Container", "CONTAINER"), ("ID", "CONTAINER ID"), ("MemPerc", "MEM %"),
        ("MemUsage", "MEM USAGE / LIMIT"), ("Name", "NAME"), ("NetIO", "NET I/O"), ("PIDs", "PIDS"));

    /// <summary>One row.</summary>
    /// <param name="container">The container.</param>
    /// <param name="named">As the user named it.</param>
    /// <param name="now">The last reading; null: it does not run.</param>
    /// <param name="before">The one before.</param>
    /// <param name="isFull">Nothing is cut.</param>
    public static FieldList Of(ContainerSummary container, string named, ResourceUsage? now, ResourceUsage? before, bool isFull) => new(
        ("BlockIO", now is null ? $"{Unknown} / {Unknown}" : $"{HumanUnits.Size(now.BlockReadBytes)} / {HumanUnits.Size(now.BlockWriteBytes)}"),
        ("CPUPerc", now is null || before is null ? Unknown : Percent(now.CpuPercent(before))),
        ("Container", named),
        ("ID", isFull ? container.Id : container.Id[..ShortId]),
        ("MemPerc", now?.MemoryBytes is null ? Unknown : Percent(now.MemoryPercent)),
        ("MemUsage", now?.MemoryBytes is { } used ? $"{Binary(used)} / {Binary(now.MemoryLimitBytes)}" : $"{Unknown} / {Unknown}"),
        ("Name", container.Name),
        ("NetIO", now is null ? $"{Unknown} / {Unknown}" : $"{HumanUnits.Size(now.ReceivedBytes)} / {HumanUnits.Size(now.SentBytes)}"),
        ("PIDs", now?.Pids is { } pids ? pids.ToString(CultureInfo.InvariantCulture) : Unknown));

    /// <summary>A size in binary units with four significant digits: <c>1.953GiB</c>.</summary>
    public static string Binary(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        double value = bytes;
        int unit = 0;
        for (; value >= BinaryStep && unit < units.Length - 1; unit++) { value /= BinaryStep; }

        return value.ToString("G4", CultureInfo.InvariantCulture).Replace("E+0", "e+0", StringComparison.Ordinal) + units[unit];
    }

    private static string Percent(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + "%";
}
