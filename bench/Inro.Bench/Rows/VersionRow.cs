using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>S9: what every verb pays before it does anything.</summary>
internal sealed class VersionRow : IRow
{
    private const int Rounds = 500;

    public string Id => "S9";

    public string What => "start-up of a verb (inro version)";

    public RowResult Measure(Surroundings here) => RowResult.AtMost("ms", 1.5, Race.Run(
    [
        new Contestant("inro version", here.Local, Command.Of(here.Program, "version")),
        new Contestant("inro-oci --version", here.Local, Command.Of(here.OciProgram, "--version")),
        new Contestant("the smallest NativeAOT program", here.Local, Command.Of(here.Floor)),
        new Contestant("/bin/true", here.Local, Command.Of("/bin/true")),
        new Contestant(here.NameOf("docker", here.Peers) + " --version", here.Peers, Command.Of("docker", "--version")),
        new Contestant(here.NameOf("podman", here.Peers) + " --version", here.Peers, Engines.Podman("--version")),
    ], Rounds, 20, TimeSpan.FromSeconds(30)));
}
