using System.Globalization;
using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>Those who move the large image, each with what takes it away again.</summary>
internal static class TransferContestants
{
    public static string OurRoot(Surroundings here) => here.Engines.Root + "-transfer";

    public static Contestant Ours(Surroundings here, params string[] arguments) =>
        new("inro", here.Ours, new Command([here.Program, "--root", OurRoot(here), .. arguments], 300));

    public static Contestant Docker(Surroundings here, Command command) =>
        new(here.NameOf("docker", here.Peers), here.Engines.DockerProblem is null ? here.Peers : null, Slow(command));

    public static Contestant Podman(Surroundings here, Command command) =>
        new(here.NameOf("podman", here.Peers), here.Engines.PodmanProblem is null ? here.Peers : null, Slow(command));

    /// <summary>The same, weighed by GNU time in place of timed.</summary>
    public static Contestant Weigh(Contestant contestant) => contestant with
    {
        Command = contestant.Command with { Arguments = ["/usr/bin/time", "-f", "%M", .. contestant.Command.Arguments] },
        Read = static sample => double.Parse(sample.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture) / 1024,
    };

    public static Command Slow(Command command) => command with { DeadlineSeconds = 300 };

    public static Command Remove(string directory) => new(["rm", "-rf", "--one-file-system", directory], 120);
}
