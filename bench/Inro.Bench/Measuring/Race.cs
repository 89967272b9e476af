using System.Diagnostics;

namespace Inro.Bench.Measuring;

/// <summary>One way to do the thing that a row measures.</summary>
/// <param name="Name">Who does it, with version.</param>
/// <param name="Lane">Where; null: it is absent here.</param>
/// <param name="Command">What is timed.</param>
internal sealed record Contestant(string Name, ILane? Lane, Command Command)
{
    /// <summary>Runs before each round and is not timed.</summary>
    public Command? Before { get; init; }

    /// <summary>Runs after each round and is not timed.</summary>
    public Command? After { get; init; }

    /// <summary>What to read from a run; by default its milliseconds.</summary>
    public Func<Sample, double> Read { get; init; } = sample => sample.Milliseconds;
}

/// <summary>What a contestant did in all rounds.</summary>
internal sealed record Standing(string Name, double[] Values, string? Problem)
{
    public double Median => At(0.5);

    public double P90 => At(0.9);

    public double Least => Values.Length == 0 ? double.NaN : Values.Min();

    public bool Counts => Problem is null && Values.Length > 0;

    private double At(double part)
    {
        if (Values.Length == 0) { return double.NaN; }

        double[] sorted = [.. Values.Order()];
        return sorted[(int)Math.Round(part * (sorted.Length - 1))];
    }
}

/// <summary>
/// Runs contestants in turn, round by round, each round beginning with another one: whatever the machine does meanwhile,
/// it does to all of them, and nobody always comes after the same neighbour.
/// </summary>
internal static class Race
{
    public static IReadOnlyList<Standing> Run(IReadOnlyList<Contestant> contestants, int rounds, int warmups, TimeSpan budget)
    {
        string?[] problems = [.. contestants.Select(c => c.Lane is null ? "absent (./dev peers)" : null)];
        List<double>[] values = [.. contestants.Select(_ => new List<double>())];
        long begin = Stopwatch.GetTimestamp();
        for (int round = -warmups; round < rounds; round++)
        {
            // At least three rounds count, however slow they are.
            if (round >= 3 && Stopwatch.GetElapsedTime(begin) > budget) { break; }

            for (int i = 0; i < contestants.Count; i++)
            {
                int turn = (i + round + warmups) % contestants.Count;
                if (problems[turn] is not null) { continue; }

                Sample sample = Once(contestants[turn]);
                problems[turn] = sample.Problem;
                if (round >= 0 && sample.Problem is null) { values[turn].Add(contestants[turn].Read(sample)); }
            }
        }

        return [.. contestants.Select((c, i) => new Standing(c.Name, [.. values[i]], problems[i]))];
    }

    private static Sample Once(Contestant contestant)
    {
        if (contestant.Before is { } before && contestant.Lane!.Run(before) is { Problem: not null } failed) { return failed; }

        Idleness.Await();
        Sample sample = contestant.Lane!.Run(contestant.Command);
        if (contestant.After is { } after) { contestant.Lane.Run(after); }

        return sample;
    }
}
