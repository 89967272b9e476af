using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>O1 to O5: one command of the runtime's, on the bundle of S1. The shell around it, which keeps a container's output from the bench, is the same for all.</summary>
/// <param name="id">The promise's name.</param>
/// <param name="what">In a few words.</param>
/// <param name="bound">How many times crun's time it may take.</param>
/// <param name="commands">What comes before, what is timed, and what comes after: shell commands in which <c>$R</c> is the runtime with its state directory.</param>
/// <param name="makeBundle">The bundle, <c>$B</c> in the commands.</param>
internal sealed class RuntimeVerbRow(string id, string what, double bound, (string Before, string Timed, string After) commands, Func<Surroundings, string> makeBundle) : IRow
{
    /// <summary>Makes a container whose process ends at once, and waits for its end.</summary>
    public const string Ended = "$R create --bundle $B bench && $R start bench && until $R state bench | grep -q stopped; do sleep 0.02; done";

    /// <summary>Starts fifty containers at once and waits for all.</summary>
    public const string Fifty = "for i in 0 1 2 3 4; do for j in 0 1 2 3 4 5 6 7 8 9; do $R run --bundle $B bench$i$j & done; done; wait";

    private const int Rounds = 100;
    private const int Warmups = 3;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(40);

    public string Id => id;

    public string What => what;

    public RowResult Measure(Surroundings here)
    {
        string bundle = makeBundle(here);
        Contestant[] contestants =
        [
            Of("inro-oci", here.OciProgram, here.Ours, bundle),
            Of(here.NameOf("crun", here.Peers), "crun", here.Peers, bundle),
            Of(here.NameOf("runc", here.Peers), "runc", here.Peers, bundle),
        ];
        return RowResult.AgainstBest("ms", bound, Race.Run(contestants, Rounds, Warmups, Budget), peers: 1);
    }

    private Contestant Of(string name, string program, ILane? lane, string bundle)
    {
        string runtime = $"{program} --root /run/inro-bench-{Path.GetFileName(program)}";
        return new Contestant(name, lane, Shell(commands.Timed, runtime, bundle))
        {
            Before = commands.Before.Length == 0 ? null : Shell(commands.Before, runtime, bundle),
            After = commands.After.Length == 0 ? null : Shell(commands.After, runtime, bundle),
        };
    }

    private static Command Shell(string command, string runtime, string bundle) =>
        Command.Of("/bin/sh", "-c", $"R='{runtime}'; B='{bundle}'; exec </dev/null >/dev/null 2>&1; {command}");
}
