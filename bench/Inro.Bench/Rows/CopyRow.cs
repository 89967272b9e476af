using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>C1: ten thousand small files, copied into a container that runs, or out of it.</summary>
/// <param name="isIn">Into it.</param>
internal sealed class CopyRow(bool isIn) : IRow
{
    private const string Name = "inro-bench-copy";
    private const int DeadlineSeconds = 120;

    public string Id => isIn ? "C1" : "C1 out";

    public string What => isIn ? "cp of 10,000 files into a running container" : "cp of 10,000 files out of it";

    public RowResult Measure(Surroundings here)
    {
        string files = here.Engines.Root + "-files";
        string copied = here.Engines.Root + "-copied";
        here.Ours.Run(new Command(["/bin/sh", "-c",
            $"mkdir -p {files} {copied} && cd {files} && for d in $(seq 100); do mkdir $d; for f in $(seq 100); do printf '%0'$((f*20))d 0 >$d/$f; done; done"], DeadlineSeconds));
        using var idle = new IdleContainers(here, Name, 1);
        try
        {
            if (!isIn) { ForEach(here, ["cp", files, Name + ":/files"]); }

            // Each time to a new place, and nothing is removed before the end: ext4 gives the inodes of removed files back only minutes
            // later, and searches past all of them for each new file meanwhile, whoever makes it.
            string[] arguments = isIn ? ["cp", files, Name + ":/files-$$"] : ["cp", Name + ":/files", copied + "/$$"];
            Contestant[] contestants = [.. EngineContestants.Of(here, arguments).Select(Numbered)];

            return RowResult.AgainstBest("ms", 0.5, Race.Run(contestants, 12, 1, TimeSpan.FromSeconds(90)), peers: 1);
        }
        finally { here.Ours.Run(new Command(["rm", "-rf", files, copied], DeadlineSeconds)); }
    }

    /// <summary>Through a shell, whose process number is in the place's name.</summary>
    private static Contestant Numbered(Contestant engine) =>
        engine with { Command = engine.Command with { Arguments = ["/bin/sh", "-c", "exec " + string.Join(' ', engine.Command.Arguments)], DeadlineSeconds = DeadlineSeconds } };

    private static void ForEach(Surroundings here, string[] arguments)
    {
        foreach (Contestant engine in EngineContestants.Of(here, arguments)) { engine.Lane?.Run(engine.Command with { DeadlineSeconds = DeadlineSeconds }); }
    }
}
