using System.Globalization;
using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>S3: the greatest resident memory of any process that takes part in S1, the container's own included.</summary>
/// <remarks>
/// Taken by GNU time: a process starts with the peak of the one that made it (the kernel carries it over exec),
/// and this bench is far larger than what it measures.
/// </remarks>
internal sealed class StartMemoryRow : IRow
{
    private const int Rounds = 15;

    public string Id => "S3";

    public string What => "peak memory of S1";

    public RowResult Measure(Surroundings here)
    {
        string bundle = Bundle.Plain(here);
        Contestant[] contestants =
        [
            Weigh(StartRow.Ours("inro-oci", here, here.Ours, bundle)),
            Weigh(StartRow.Runtime(here.NameOf("crun", here.Peers), "crun", here.Peers, bundle)),
            Weigh(StartRow.Runtime(here.NameOf("runc", here.Peers), "runc", here.Peers, bundle)),
            Weigh(new Contestant("time itself", here.Ours, Command.Of("true"))),
        ];
        return RowResult.AgainstBest("MB", 2.0, Race.Run(contestants, Rounds, 1, TimeSpan.FromSeconds(20)), peers: 1);
    }

    private static Contestant Weigh(Contestant contestant) => contestant with
    {
        Command = contestant.Command with { Arguments = ["/usr/bin/time", "-f", "%M", .. contestant.Command.Arguments] },
        Read = sample => double.Parse(sample.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture) / 1024,
    };
}
