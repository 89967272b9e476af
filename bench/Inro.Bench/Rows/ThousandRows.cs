using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>M3: a thousand containers that sleep, started by four shells: the memory that all of it takes, the containers' own processes left out.</summary>
internal sealed class ThousandMemoryRow : IRow
{
    private const int Count = 1_000;

    public string Id => "M3";

    public string What => "memory of the shims of 1,000 idle containers (PSS)";

    public RowResult Measure(Surroundings here)
    {
        using var many = new OwnInstance(here, "thousand");
        Thousand.Start(many, 0, Count);
        if (many.Problem is { } problem) { return RowResult.AtMost("MB", 3072, [new Standing("inro's shims", [], problem)]); }

        Thread.Sleep(3000); // what starts a container leaves within this time; what stays is the shim
        Standing shims = ProcessMemory.Pss("inro's shims", process => process.Program == here.Program && process.Arguments.Contains("internal shim", StringComparison.Ordinal));
        string? lost = shims.Values.Length < Count ? $"{shims.Values.Length} shims of {Count}" : null;
        return RowResult.AtMost("MB", 3072, [new Standing("inro's shims", [shims.Values.Sum()], lost), shims with { Name = "each of them" }]);
    }
}

/// <summary>M3: the list, the statistics and the end of idle containers take ten times as long with ten times as many, not more.</summary>
internal sealed class ThousandLinearRow : IRow
{
    private const double Linear = 1.3;

    public string Id => "M3 linear";

    public string What => "ps, stats and stop of 100 and of 1,000 idle containers";

    public RowResult Measure(Surroundings here)
    {
        using var many = new OwnInstance(here, "linear");
        List<Standing> standings = [.. Measured(many, 0, 100, "100"), .. Measured(many, 0, 1_000, "1,000")];
        bool complete = standings.All(s => s.Counts);
        double worst = complete ? Enumerable.Range(0, 3).Max(v => standings[v + 3].Median / standings[v].Median / 10) : double.NaN;
        return new RowResult("ms", $"1,000 ≤ {Linear} × ten times 100, each verb", worst, complete && worst <= Linear, standings);
    }

    private static IReadOnlyList<Standing> Measured(OwnInstance many, int from, int to, string name)
    {
        Thousand.Start(many, from, to);
        if (many.Problem is { } problem) { return [new Standing(name, [], problem)]; }

        IReadOnlyList<Standing> looked = Race.Run([many.Contestant($"ps, {name}", "ps"), many.Contestant($"stats --no-stream, {name}", "stats", "--no-stream")], 5, 1, TimeSpan.FromSeconds(60));
        Contestant stop = many.Contestant($"stop and rm, {name}");
        stop = stop with { Command = Command.Of("/bin/sh", "-c", $"ids=$({many.Shell} ps --quiet) && {many.Shell} stop --time 1 $ids >/dev/null && {many.Shell} rm $ids >/dev/null") with { DeadlineSeconds = 600 } };
        return [.. looked, .. Race.Run([stop], 1, 0, TimeSpan.Zero)];
    }
}

/// <summary>Starting many.</summary>
internal static class Thousand
{
    private const int Shells = 4;

    /// <summary>Starts those numbers, by four shells at once.</summary>
    public static void Start(OwnInstance instance, int from, int to)
    {
        int each = (to - from) / Shells;
        string one = $"{instance.Shell} run --detach --network none {Engines.Image} sleep 100000 >/dev/null || exit 1";
        string loop = $"(i=0; while [ $i -lt {each} ]; do {one}; i=$((i+1)); done) & pids=\"$pids $!\"; ";
        instance.Shellout(string.Concat(Enumerable.Repeat(loop, Shells)) + "for pid in $pids; do wait $pid || exit 1; done");
    }
}
