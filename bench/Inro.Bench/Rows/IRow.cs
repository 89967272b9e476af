using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>Measures one promise.</summary>
internal interface IRow
{
    /// <summary>The promise's name in docs/promises.md.</summary>
    string Id { get; }

    /// <summary>What is measured, in a few words.</summary>
    string What { get; }

    /// <summary>Measures it. What cannot be measured is a result too: a failed one, with the reason.</summary>
    RowResult Measure(Surroundings here);
}

/// <summary>What came out.</summary>
/// <param name="Unit">ms, MB, …: of all values.</param>
/// <param name="Promise">The bound in words.</param>
/// <param name="Ratio">Ours to the peer that counts; NaN where the promise is an absolute value or a side is missing.</param>
/// <param name="IsKept">Whether the promise holds in this run.</param>
/// <param name="Standings">Ours first, then the peers that count, then those shown beside.</param>
internal sealed record RowResult(string Unit, string Promise, double Ratio, bool IsKept, IReadOnlyList<Standing> Standings)
{
    /// <summary>Ours is the first standing; the best of <paramref name="peers"/> that follow it is what it is held against.</summary>
    public static RowResult AgainstBest(string unit, double bound, IReadOnlyList<Standing> standings, int peers)
    {
        Standing ours = standings[0];
        Standing[] theirs = [.. standings.Skip(1).Take(peers)];
        bool complete = ours.Counts && theirs.All(t => t.Counts);
        double ratio = ours.Counts && theirs.Any(t => t.Counts) ? ours.Median / theirs.Where(t => t.Counts).Min(t => t.Median) : double.NaN;
        return new RowResult(unit, $"≤ {bound:0.0#} × the best of {string.Join(", ", theirs.Select(t => t.Name))}", ratio, complete && ratio <= bound, standings);
    }

    /// <summary>Ours is the first standing and is held against a number.</summary>
    public static RowResult AtMost(string unit, double bound, IReadOnlyList<Standing> standings) =>
        new(unit, $"≤ {bound:0.0#} {unit}", double.NaN, standings[0].Counts && standings[0].Median <= bound, standings);

    /// <summary>The same of throughputs, where more is better; what <paramref name="peers"/> leaves out is shown beside.</summary>
    public static RowResult AtLeastOfBest(string unit, double bound, IReadOnlyList<Standing> standings, int peers)
    {
        Standing[] theirs = [.. standings.Skip(1).Take(peers)];
        bool complete = standings[0].Counts && theirs.All(t => t.Counts);
        double ratio = complete ? standings[0].Median / theirs.Max(t => t.Median) : double.NaN;
        return new RowResult(unit, $"≥ {bound:0.0#} × the best of {string.Join(", ", theirs.Select(t => t.Name))}", ratio, complete && ratio >= bound, standings);
    }
}
