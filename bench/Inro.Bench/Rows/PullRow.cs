using Inro.Bench.Measuring;
using Inro.Bench.Setting;
using static Inro.Bench.Rows.TransferContestants;

namespace Inro.Bench.Rows;

/// <summary>I1: ten layers and about 500 MB from a registry on loopback, unpacked, into an engine that does not have them.</summary>
internal sealed class PullRow : IRow
{
    public string Id => "I1";

    public string What => "pull of 10 layers, 500 MB";

    public RowResult Measure(Surroundings here)
    {
        string? problem = here.RegistryProblem;
        string layout = "/var/lib/inro/bench-umoci";
        Contestant[] contestants =
        [
            Ours(here, "pull", "--quiet", LargeRegistry.Image) with { After = Remove(OurRoot(here)) },
            Docker(here, Engines.Docker("pull", "--quiet", LargeRegistry.Image)) with { After = Slow(Engines.Docker("rmi", "--force", LargeRegistry.Image)) },
            Podman(here, Engines.Podman("pull", "--quiet", "--tls-verify=false", LargeRegistry.Image)) with { After = Slow(Engines.Podman("rmi", "--force", LargeRegistry.Image)) },
            new("skopeo + umoci", here.Peers, new Command(["/bin/sh", "-c",
                $"mkdir -p {layout} && skopeo copy --quiet --src-tls-verify=false docker://{LargeRegistry.Image} oci:{layout}/image:latest && umoci unpack --image {layout}/image:latest {layout}/bundle"], 300))
            {
                After = Remove(layout),
            },
        ];
        if (problem is not null) { contestants = [.. contestants.Select(static c => c with { Lane = null })]; }

        return RowResult.AgainstBest("ms", 0.6, Race.Run(contestants, 5, 1, TimeSpan.FromSeconds(240)), peers: 3);
    }
}
