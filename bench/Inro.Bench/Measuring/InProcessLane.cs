using System.Diagnostics;

namespace Inro.Bench.Measuring;

/// <summary>Does in this process what the others are started for: what is measured is the work, without a start.</summary>
/// <param name="work">What the command of a contestant stands for.</param>
internal sealed class InProcessLane(Action work) : ILane
{
    public Sample Run(Command command)
    {
        long begin = Stopwatch.GetTimestamp();
        try { work(); }
        catch (Exception failure) when (failure is IOException or InvalidDataException or FormatException) { return new Sample(0, -2, "", failure.Message); }

        return new Sample((long)Stopwatch.GetElapsedTime(begin).TotalNanoseconds, 0, "", "");
    }

    public void Start(Command command) => throw new NotSupportedException("nothing in this process stays");

    public void Dispose()
    {
    }
}
