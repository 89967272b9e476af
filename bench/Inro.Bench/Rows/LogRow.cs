using System.Globalization;
using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>L1: a container that prints as fast as it can; held against docker's json-file, and the log of each has what it printed.</summary>
/// <remarks>A file of the image's own is printed again and again, so that the writer costs nothing; lines of 99 characters. Rotated by ten megabytes, as by default.</remarks>
internal sealed class LogRow : IRow
{
    private const string Name = "inro-bench-log";
    private const int Doublings = 17;
    private const int Times = 30;
    private const int LineBytes = 100;
    private const int DeadlineSeconds = 180;

    /// <summary>The last line says that nothing before it is on its way any more.</summary>
    private static readonly string Script = string.Create(CultureInfo.InvariantCulture,
        $"printf '%099d\\n' 7 >/f; for i in $(seq {Doublings}); do cat /f /f >/g; mv /g /f; done; for i in $(seq {Times}); do cat /f; done; echo the end");

    private static double Megabytes => Times * (double)(LineBytes << Doublings) / 1e6;

    public string Id => "L1";

    public string What => "run -d of a container that prints 393 MB, until it has ended and its log has the last line";

    public RowResult Measure(Surroundings here)
    {
        Contestant[] contestants = [.. Of(here, "json-file").Take(2)];
        Contestant[] beside = [Of(here, "local")[0]];
        contestants[0] = contestants[0] with { Name = contestants[0].Name + " json-file" };
        contestants[1] = contestants[1] with { Name = contestants[1].Name + " json-file" };
        beside[0] = beside[0] with { Name = beside[0].Name + " local" };
        return RowResult.AtLeastOfBest("MB/s", 2.0, Race.Run([.. contestants, .. beside], 5, 1, TimeSpan.FromSeconds(240)), peers: 1);
    }

    private static Contestant[] Of(Surroundings here, string driver)
    {
        // Nobody is attached: what is measured is the log. wait and the last line of logs belong to it: only then nothing is lost.
        string[] run = ["run", "--detach", "--name", Name, "--network", "none", "--log-driver", driver, "--log-opt", "max-size=10m", "--log-opt", "max-file=5", Engines.Image, "sh", "-c", Script];
        Contestant[] contestants = EngineContestants.Of(here, run);
        Contestant[] ends = EngineContestants.Of(here, ["wait", Name]);
        Contestant[] last = EngineContestants.Of(here, ["logs", "--tail", "1", Name]);
        Contestant[] after = EngineContestants.Of(here, ["rm", "--force", Name]);
        for (int i = 0; i < contestants.Length; i++)
        {
            string[] script = ["/bin/sh", "-c", $"{Quoted(contestants[i])} >/dev/null && {Quoted(ends[i])} >/dev/null && test \"$({Quoted(last[i])})\" = 'the end'"];
            contestants[i] = contestants[i] with
            {
                Command = new Command(script, DeadlineSeconds) { Environment = contestants[i].Command.Environment },
                After = after[i].Command,
                Read = static sample => Megabytes / (sample.Milliseconds / 1e3),
            };
        }

        return contestants;
    }

    private static string Quoted(Contestant contestant) => string.Join(' ', contestant.Command.Arguments.Select(static a => "'" + a.Replace("'", "'\\''", StringComparison.Ordinal) + "'"));
}
