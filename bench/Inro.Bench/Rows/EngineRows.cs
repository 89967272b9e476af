using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>S4: an image's container from nothing to nothing, beside one that runs: a machine with containers has their cgroups.</summary>
internal sealed class RunRow : IRow
{
    public string Id => "S4";

    public string What => "run --rm --network none IMAGE true";

    public RowResult Measure(Surroundings here)
    {
        using var idle = new IdleContainers(here, "inro-bench-beside", 1);
        string[] arguments = ["run", "--rm", "--network", "none", Engines.Image, "true"];
        return RowResult.AgainstBest("ms", 0.1, Race.Run(EngineContestants.Of(here, arguments), 40, 3, TimeSpan.FromSeconds(80)), peers: 2);
    }
}

/// <summary>S6: one more process in a container that is there.</summary>
internal sealed class ExecRow : IRow
{
    private const string Name = "inro-bench-idle";

    public string Id => "S6";

    public string What => "exec CONTAINER true";

    public RowResult Measure(Surroundings here)
    {
        using var idle = new IdleContainers(here, Name, 1);
        return RowResult.AgainstBest("ms", 0.15, Race.Run(EngineContestants.Of(here, ["exec", Name, "true"]), 60, 3, TimeSpan.FromSeconds(40)), peers: 2);
    }
}

/// <summary>S7: the list, with one container and with many that do not run.</summary>
internal sealed class PsRow(int containers) : IRow
{
    private const double ManyMilliseconds = 60;

    public string Id => containers == 1 ? "S7" : $"S7 {containers}";

    public string What => containers == 1 ? "ps with one container" : $"ps --all with {containers} stopped containers";

    public RowResult Measure(Surroundings here)
    {
        if (containers == 1)
        {
            using var idle = new IdleContainers(here, "inro-bench-one", 1);
            return RowResult.AgainstBest("ms", 0.3, Race.Run(EngineContestants.Of(here, ["ps"]), 80, 3, TimeSpan.FromSeconds(30)), peers: 2);
        }

        using var many = new OwnInstance(here, $"ps-{containers}");
        many.Each(0, containers, $"{many.Shell} create --network none {Engines.Image} true");
        Contestant[] ours = [many.Contestant("inro", "ps", "--all")];
        return RowResult.AtMost("ms", ManyMilliseconds, many.Problem is { } problem
            ? [new Standing("inro", [], problem)] : Race.Run(ours, 40, 3, TimeSpan.FromSeconds(30)));
    }
}
