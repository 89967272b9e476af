using Inro.Bench.Measuring;
using Inro.Bench.Setting;
using static Inro.Bench.Rows.TransferContestants;

namespace Inro.Bench.Rows;

/// <summary>I4: the greatest resident memory of a pull, a load and a push of the large image.</summary>
internal sealed class TransferMemoryRow : IRow
{
    private const double BoundMb = 100;

    public string Id => "I4";

    public string What => "peak memory of pull, load and push, 500 MB";

    public RowResult Measure(Surroundings here)
    {
        string? problem = here.RegistryProblem;
        string archive = LargeImage.Make(here, LargeRegistry.Reference);
        Contestant[] contestants =
        [
            Weigh(Ours(here, "pull", "--quiet", LargeRegistry.Image) with { Name = "inro pull", Before = Remove(OurRoot(here)) }),
            Weigh(Ours(here, "load", "--quiet", "--input", archive) with { Name = "inro load", Before = Remove(OurRoot(here)) }),
            Weigh(Ours(here, "image", "copy", "--quiet", "--dest-tls-verify=false", $"docker-archive:{archive}", $"docker://{LargeRegistry.Address}/copied:latest") with { Name = "inro image copy" }),
        ];
        if (problem is not null) { contestants = [.. contestants.Select(static c => c with { Lane = null })]; }

        IReadOnlyList<Standing> standings = Race.Run(contestants, 3, 0, TimeSpan.FromSeconds(180));
        here.Peers?.Run(Remove(OurRoot(here)));
        bool isKept = standings.All(static s => s.Counts && s.Median < BoundMb);
        return RowResult.AtMost("MB", BoundMb, standings) with { IsKept = isKept };
    }
}
