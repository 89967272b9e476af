using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>M1: what one idle container costs besides its own process.</summary>
internal sealed class ShimMemoryRow : IRow
{
    private const string Name = "inro-bench-shim";

    public string Id => "M1";

    public string What => "memory that an idle container's shim adds (PSS)";

    public RowResult Measure(Surroundings here)
    {
        using var idle = new IdleContainers(here, Name, 1);
        Thread.Sleep(1000); // what starts a container leaves within this time; what stays is the shim
        return RowResult.AtMost("MB", 3.0,
        [
            ProcessMemory.Pss("inro's shim", process => process.Program == here.Program && process.Arguments.Contains("internal shim", StringComparison.Ordinal)),
            ProcessMemory.Pss("conmon", process => process.Name == "conmon" && process.Arguments.Contains(Name, StringComparison.Ordinal)),
            ProcessMemory.Pss("containerd-shim", process => process.Name.StartsWith("containerd-shim", StringComparison.Ordinal)),
        ]);
    }
}

/// <summary>M2: the API server that waits.</summary>
internal sealed class ServeMemoryRow : IRow
{
    public string Id => "M2";

    public string What => "idle inro serve (RSS)";

    public RowResult Measure(Surroundings here)
    {
        string socket = Path.Combine(here.Work, "bench.sock");
        _ = here.Engines.DockerProblem; // the daemons that are measured beside it
        using var lane = new LocalLane();
        lane.Start(Command.Of(here.Program, "--root", Path.Combine(here.Work, "serve"), "serve", "--socket", socket));
        Thread.Sleep(1500);
        Sample ping = here.Local.Run(Command.Of("curl", "--silent", "--fail", "--max-time", "5", "--unix-socket", socket, "http://inro/_ping"));
        Thread.Sleep(1000);
        Standing ours = ping.Problem is { } problem ? new Standing("inro serve", [], $"does not answer /_ping: {problem}")
            : ProcessMemory.Rss("inro serve", process => process.Program == here.Program && process.Arguments.Contains("bench.sock", StringComparison.Ordinal));
        return RowResult.AtMost("MB", 25,
        [
            ours,
            ProcessMemory.Rss("dockerd", process => process.Name == "dockerd"),
            ProcessMemory.Rss("containerd", process => process.Name == "containerd"),
        ]);
    }
}
