using Inro.Bench.Measuring;

namespace Inro.Bench.Setting;

/// <summary>The engines side by side, each with the same small image loaded.</summary>
internal sealed class Engines : IDisposable
{
    /// <summary>The image of ./dev demo.</summary>
    public const string Image = "inro-demo:latest";

    private const int DaemonSeconds = 60;

    private readonly Surroundings here;

    public Engines(Surroundings here)
    {
        this.here = here;
        Problem = LoadOurs();
        if (here.Peers is not { } lane) { return; }

        DockerProblem = StartDocker(lane) ?? lane.Run(Command.Of("docker", "load", "--input", Archive)).Problem;
        PodmanProblem = lane.Run(Podman("load", "--input", Archive)).Problem;
    }

    /// <summary>Why our own engine cannot run containers here, or null.</summary>
    public string? Problem { get; }

    public string? DockerProblem { get; private set; } = "absent";

    public string? PodmanProblem { get; private set; } = "absent";

    /// <summary>Made by ./dev bench before it starts this program.</summary>
    public string Archive => Path.Combine(here.Tree, "artifacts", "demo", "image.tar");

    /// <summary>A command of ours: in the lane of the peers on the default instance, as theirs are, whose /run is in memory; else on an instance of the bench's own.</summary>
    public Command Ours(params string[] arguments) =>
        here.Peers is null ? new([here.Program, "--root", Root, .. arguments]) : new([here.Program, .. arguments]);

    /// <summary>Where further instances lie, the name lengthened: in the lane of the peers on the same disk as theirs.</summary>
    public string Root => here.Peers is null ? Path.Combine(here.Work, "root") : "/var/lib/inro/bench";

    public static Command Docker(params string[] arguments) => new(["docker", .. arguments]);

    public static Command Podman(params string[] arguments) =>
        new(["podman", .. arguments]) { Environment = ["PODMAN_IGNORE_CGROUPSV1_WARNING=1"] };

    public void Dispose()
    {
        here.Peers?.Run(Podman("rm", "--all", "--force", "--time", "0"));
        if (here.Peers is null && Directory.Exists(Root)) { Directory.Delete(Root, recursive: true); }
    }

    private string? LoadOurs() => here.Ours.Run(Ours("load", "--input", Archive)).Problem;

    // Its own firewall rules and bridge would do no harm in its own network namespace; they are off because nothing here needs them.
    private static string? StartDocker(ILane lane)
    {
        lane.Start(Command.Of("dockerd", "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=overlay2"));
        long deadline = Environment.TickCount64 + (DaemonSeconds * 1000);
        string? problem;
        do
        {
            Thread.Sleep(200);
            problem = lane.Run(Docker("version")).Problem;
        }
        while (problem is not null && Environment.TickCount64 < deadline);
        return problem;
    }
}
