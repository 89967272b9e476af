using Inro.Bench.Measuring;
using Inro.Bench.Setting;
using static Inro.Bench.Rows.TransferContestants;

namespace Inro.Bench.Rows;

/// <summary>I2: an archive of ten layers and about 500 MB, into an engine that does not have it.</summary>
internal sealed class LoadRow : IRow
{
    public string Id => "I2";

    public string What => "load of 10 layers, 500 MB";

    public RowResult Measure(Surroundings here)
    {
        Engines engines = here.Engines;
        string archive = LargeImage.Make(here, LargeRegistry.Reference);
        string root = engines.Root + "-load";
        string layout = "/var/lib/inro/bench-umoci";
        Contestant[] contestants =
        [
            new("inro", here.Ours, new Command([here.Program, "--root", root, "load", "--input", archive], 300)) { After = Remove(root) },
            new(here.NameOf("docker", here.Peers), engines.DockerProblem is null ? here.Peers : null, Slow(Engines.Docker("load", "--input", archive)))
            {
                After = Slow(Engines.Docker("rmi", "--force", LargeRegistry.Reference)),
            },
            new(here.NameOf("podman", here.Peers), engines.PodmanProblem is null ? here.Peers : null, Slow(Engines.Podman("load", "--input", archive)))
            {
                After = Slow(Engines.Podman("rmi", "--force", LargeRegistry.Reference)),
            },
            new("skopeo + umoci", here.Peers, new Command(["/bin/sh", "-c",
                $"mkdir -p {layout} && skopeo copy --quiet docker-archive:{archive} oci:{layout}/image:latest && umoci unpack --image {layout}/image:latest {layout}/bundle"], 300))
            {
                After = Remove(layout),
            },
        ];
        return RowResult.AgainstBest("ms", 0.6, Race.Run(contestants, 5, 1, TimeSpan.FromSeconds(240)), peers: 3);
    }
}
