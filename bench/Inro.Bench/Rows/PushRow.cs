using Inro.Bench.Measuring;
using Inro.Bench.Setting;
using static Inro.Bench.Rows.TransferContestants;

namespace Inro.Bench.Rows;

/// <summary>I5: the same image to a registry on loopback that has nothing of it.</summary>
internal sealed class PushRow : IRow
{
    public string Id => "I5";

    public string What => "push of 10 layers, 500 MB";

    public RowResult Measure(Surroundings here)
    {
        string? problem = here.RegistryProblem;
        string layout = "/var/lib/inro/bench-layout";
        if (problem is null && here.Peers is { } lane)
        {
            string archive = LargeImage.Make(here, LargeRegistry.Reference);
            Command[] first =
            [
                Ours(here, "pull", "--quiet", LargeRegistry.Image).Command,
                Slow(Engines.Docker("pull", "--quiet", LargeRegistry.Image)),
                Slow(Engines.Podman("pull", "--quiet", "--tls-verify=false", LargeRegistry.Image)),
                new(["/bin/sh", "-c", $"mkdir -p {layout} && skopeo copy --quiet docker-archive:{archive} oci:{layout}/image:latest"], 300),
            ];
            foreach (Command command in first) { problem ??= lane.Run(command).Problem; }
        }

        Contestant[] contestants =
        [
            Ours(here, "push", "--quiet", LargeRegistry.Image),
            Docker(here, Engines.Docker("push", "--quiet", LargeRegistry.Image)),
            Podman(here, Engines.Podman("push", "--quiet", "--tls-verify=false", LargeRegistry.Image)),
            new("skopeo", here.Peers, new Command(["skopeo", "copy", "--quiet", "--dest-tls-verify=false", $"oci:{layout}/image:latest", $"docker://{LargeRegistry.Image}"], 300)),
        ];
        contestants = [.. contestants.Select(c => c with { Before = LargeRegistry.Empty, Lane = problem is null ? c.Lane : null })];
        IReadOnlyList<Standing> standings = Race.Run(contestants, 5, 1, TimeSpan.FromSeconds(240));
        here.Peers?.Run(Remove(OurRoot(here)));
        here.Peers?.Run(Remove(layout));
        return RowResult.AgainstBest("ms", 0.7, standings, peers: 3);
    }
}
