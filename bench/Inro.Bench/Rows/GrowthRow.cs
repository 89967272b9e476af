using System.Globalization;
using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>What everyday commands cost where there is ten times more of something, again and again.</summary>
/// <param name="of">containers, images or mounts.</param>
internal sealed class GrowthRow(string of) : IRow
{
    private const double Flat = 1.3;
    private const string Idle = "inro-bench-beside";

    private static readonly int[] Sizes = [10, 100, 1_000, 10_000];

    public string Id => "Growing " + of;

    public string What => $"the same commands with 10, 100, 1,000 and 10,000 {of}";

    public RowResult Measure(Surroundings here)
    {
        using var instance = new OwnInstance(here, "growing-" + of);
        instance.Run("run", "--detach", "--name", Idle, "--network", "none", Engines.Image, "sleep", "100000");
        List<Standing> standings = [];
        int there = 0;
        foreach (int size in Sizes)
        {
            Grow(instance, there, size);
            there = size;
            standings.AddRange(instance.Problem is { } problem ? [new Standing(NameOf("all", size), [], problem)] : Race.Run(Commands(instance, size), 30, 3, TimeSpan.FromSeconds(20)));
        }

        if (of == "mounts") { instance.Shellout("umount /run/inro-bench-mounts/* && rm -r /run/inro-bench-mounts"); }

        return Judged(standings);
    }

    private void Grow(OwnInstance instance, int from, int to)
    {
        switch (of)
        {
            case "containers":
                instance.Each(from, to, $"{instance.Shell} create --network none {Engines.Image} true");
                break;
            case "images":
                ManyImages.Write(instance.Beside, from, to);
                instance.Run("load", "--quiet", "--input", instance.Beside);
                File.Delete(instance.Beside);
                break;
            default:
                instance.Each(from, to, "mkdir -p /run/inro-bench-mounts/$i && mount -t tmpfs none /run/inro-bench-mounts/$i");
                break;
        }
    }

    private static Contestant[] Commands(OwnInstance instance, int size) =>
    [
        instance.Contestant(NameOf("run --rm", size), "run", "--rm", "--network", "none", Engines.Image, "true"),
        instance.Contestant(NameOf("exec", size), "exec", Idle, "true"),
        instance.Contestant(NameOf("inspect", size), "inspect", Idle),
        instance.Contestant(NameOf("ps", size), "ps"),
        instance.Contestant(NameOf("tag", size), "tag", Engines.Image, "again:1"),
    ];

    private static string NameOf(string verb, int size) => string.Create(CultureInfo.InvariantCulture, $"{verb}, {size:N0}");

    /// <summary>The verb that grew most, from the fewest to the most, is what counts.</summary>
    private static RowResult Judged(List<Standing> standings)
    {
        int verbs = standings.Count / Sizes.Length;
        bool complete = standings.All(s => s.Counts) && verbs > 0 && standings.Count == verbs * Sizes.Length;
        double worst = complete ? Enumerable.Range(0, verbs).Max(v => standings[^(verbs - v)].Median / standings[v].Median) : double.NaN;
        return new RowResult("ms", $"10,000 ≤ {Flat} × 10, each verb", worst, complete && worst <= Flat, standings);
    }
}
