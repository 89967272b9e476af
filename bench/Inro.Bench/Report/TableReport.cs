using System.Text;
using Inro.Bench.Measuring;
using Inro.Bench.Rows;

namespace Inro.Bench.Report;

/// <summary>Results as a Markdown table: readable in a terminal, and the form of docs/promises.md.</summary>
internal static class TableReport
{
    private static readonly string[] Head = ["row", "what", "who", "median", "p90", "least", "rounds", "ratio", "promise", "kept"];

    public static string Write(IReadOnlyList<(IRow Row, RowResult Result)> results)
    {
        List<string[]> lines = [Head];
        foreach ((IRow row, RowResult result) in results)
        {
            for (int i = 0; i < result.Standings.Count; i++) { lines.Add(Line(row, result, i)); }
        }

        return Align(lines);
    }

    /// <summary>Where and under what load the run took place, in one line.</summary>
    public static string Machine()
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Split('-')[0].Trim();
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"Linux {kernel}, {Environment.ProcessorCount} processors, load {load} at the end of the run (the bench itself makes about 1).";
    }

    /// <summary>The page docs/promises.md.</summary>
    public static string Page(string machine, string table) => $"""
        # Promises and how they stand

        Written by `./dev bench --record`; how it measures is in [decision 5](decisions/0005-how-we-measure.md). Each row holds us to the newest
        release of a peer, measured beside us in the same run and the same surroundings. A row whose peer is absent is not kept.

        {machine}

        {table.TrimEnd()}

        """;

    private static string[] Line(IRow row, RowResult result, int i)
    {
        Standing s = result.Standings[i];
        bool first = i == 0;
        string[] values = s.Counts
            ? [Number(s.Median, result.Unit), Number(s.P90, result.Unit), Number(s.Least, result.Unit), s.Values.Length.ToString()]
            : [s.Problem ?? "nothing measured", "", "", ""];
        string ratio = first && !double.IsNaN(result.Ratio) ? $"{result.Ratio:0.00}" : "";
        return [first ? row.Id : "", first ? row.What : "", s.Name, .. values, ratio, first ? result.Promise : "", first ? (result.IsKept ? "yes" : "NO") : ""];
    }

    private static string Number(double value, string unit) => value >= 100 ? $"{value:0} {unit}" : value >= 10 ? $"{value:0.0} {unit}" : $"{value:0.00} {unit}";

    private static string Align(List<string[]> lines)
    {
        int[] widths = [.. Head.Select((_, column) => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            text.AppendLine("| " + string.Join(" | ", lines[i].Select((cell, column) => cell.PadRight(widths[column]))) + " |");
            if (i == 0) { text.AppendLine("|" + string.Join("|", widths.Select(w => new string('-', w + 2))) + "|"); }
        }

        return text.ToString();
    }
}
