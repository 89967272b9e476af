using System.Diagnostics;
using System.Text.Json;

namespace Inro.Bench.Measuring;

/// <summary>
/// Runs commands among the peers. A second copy of this program stands there and takes the time itself,
/// so that the way to it does not count.
/// </summary>
internal sealed class PeersLane : ILane
{
    private const string StartPrefix = "start ";
    private const string RunPrefix = "run ";

    private readonly Process process;

    public PeersLane(string peers, string tree)
    {
        string enter = Path.Combine(tree, "bench", "peers", "enter.sh");
        string self = Path.Combine(AppContext.BaseDirectory, "Inro.Bench.dll");
        var start = new ProcessStartInfo("/bin/bash", [enter, peers, tree, "dotnet", self, "lane"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start");
        Sample hello = Run(Command.Of("true"));
        if (hello.Problem is { } problem) { throw new InvalidOperationException($"the peers' folder does not work: {problem}"); }
    }

    /// <summary>The other side: answers until its input ends, and takes its daemons with it.</summary>
    public static void Serve(TextReader requests, TextWriter answers)
    {
        using var lane = new LocalLane();
        while (requests.ReadLine() is { } line)
        {
            bool run = line.StartsWith(RunPrefix, StringComparison.Ordinal);
            Command command = JsonSerializer.Deserialize(line[(run ? RunPrefix : StartPrefix).Length..], CommandJson.Default.Command)!;
            Sample sample = new(0, 0, "", "");
            if (run) { sample = lane.Run(command); }
            else { lane.Start(command); }

            answers.WriteLine(JsonSerializer.Serialize(sample, CommandJson.Default.Sample));
            answers.Flush();
        }
    }

    public Sample Run(Command command) => Ask(RunPrefix, command);

    public void Start(Command command) => Ask(StartPrefix, command);

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit(TimeSpan.FromSeconds(30));
        process.Dispose();
    }

    private Sample Ask(string what, Command command)
    {
        process.StandardInput.WriteLine(what + JsonSerializer.Serialize(command, CommandJson.Default.Command));
        process.StandardInput.Flush();
        string answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the copy among the peers ended");
        return JsonSerializer.Deserialize(answer, CommandJson.Default.Sample)!;
    }
}
