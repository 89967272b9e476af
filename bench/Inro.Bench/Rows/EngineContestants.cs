using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>The same docker-shaped command line, given to each engine.</summary>
internal static class EngineContestants
{
    /// <summary>Ours first, then the newest docker and podman.</summary>
    public static Contestant[] Of(Surroundings here, string[] arguments)
    {
        Engines engines = here.Engines;
        return
        [
            new Contestant("inro", here.Ours, engines.Ours(arguments)),
            new Contestant(here.NameOf("docker", here.Peers), engines.DockerProblem is null ? here.Peers : null, Engines.Docker(arguments)),
            new Contestant(here.NameOf("podman", here.Peers), engines.PodmanProblem is null ? here.Peers : null, Engines.Podman(arguments)),
        ];
    }
}

/// <summary>Containers that sleep, under every engine, removed at the end of the row.</summary>
internal sealed class IdleContainers : IDisposable
{
    private const string Sleep = "100000";
    private readonly Surroundings here;
    private readonly string name;

    public IdleContainers(Surroundings here, string name, int count)
    {
        this.here = here;
        this.name = name;
        Count = count;
        string[] run = ["run", "--detach", "--name", name, "--network", "none", Engines.Image, "sleep", Sleep];
        foreach (Contestant engine in EngineContestants.Of(here, run)) { engine.Lane?.Run(engine.Command); }
    }

    public int Count { get; }

    public void Dispose()
    {
        foreach (Contestant engine in EngineContestants.Of(here, ["rm", "--force", name])) { engine.Lane?.Run(engine.Command); }
    }
}
