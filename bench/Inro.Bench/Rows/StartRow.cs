using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>S1 and S2: one bundle from nothing to its end.</summary>
internal sealed class StartRow(string id, string what, Func<Surroundings, string> makeBundle) : IRow
{
    private const int Rounds = 200;
    private const int Warmups = 10;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(40);

    public string Id => id;

    public string What => what;

    public RowResult Measure(Surroundings here)
    {
        string bundle = makeBundle(here);
        Contestant[] contestants =
        [
            Ours("inro-oci", here, here.Ours, bundle),
            Runtime(here.NameOf("crun", here.Peers), "crun", here.Peers, bundle),
            Runtime(here.NameOf("runc", here.Peers), "runc", here.Peers, bundle),
            Ours("inro-oci (host)", here, here.Local, bundle),
            Runtime(here.NameOf("crun", here.Local) + " (host)", "crun", here.Local, bundle),
            Runtime(here.NameOf("runc", here.Local) + " (host)", "runc", here.Local, bundle),
        ];
        return RowResult.AgainstBest("ms", 0.8, Race.Run(contestants, Rounds, Warmups, Budget), peers: 1);
    }

    internal static Contestant Ours(string name, Surroundings here, ILane lane, string bundle) =>
        new(name, lane, Command.Of(here.OciProgram, "--root", "/run/inro-bench-oci", "run", "--bundle", bundle, "bench"));

    internal static Contestant Runtime(string name, string program, ILane? lane, string bundle) =>
        new(name, lane, Command.Of(program, "--root", $"/run/inro-bench-{program}", "run", "--bundle", bundle, "bench"));
}
