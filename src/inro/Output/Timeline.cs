using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Inro.Cli.Output;

/// <summary>When a run passed each of its points, for <c>run --timing</c>. The numbers are the ten steps of ARCHITECTURE.md.</summary>
internal sealed class Timeline
{
    private readonly List<(string Point, long Ticks)> points = [];
    private readonly long begin = Stopwatch.GetTimestamp();

    /// <summary>Notes that a point was passed now.</summary>
    public void Reached(string point) => points.Add((point, Stopwatch.GetTimestamp()));

    /// <summary>One line per point with the time since the one before, and the sum.</summary>
    public string Report()
    {
        StringBuilder text = new("timing (ms)\n");
        long before = begin;
        foreach ((string point, long ticks) in points)
        {
            Append(text, Describe(point), before, ticks);
            before = ticks;
        }

        Append(text, "in all", begin, before);
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, string what, long from, long to) =>
        text.Append(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(from, to).TotalMilliseconds,9:F3}  {what}\n");

    private static string Describe(string point) => point switch
    {
        "arguments" => "1    arguments read",
        "opened" => "     database opened, repair looked for",
        "create: journal entered" => "2    image resolved, mounts and command planned",
        "create: intent committed" => "4, 5 row written, name and network choice fixed",
        "shim started" => "6    shim started, beside what follows",
        "create: bundle made" => "4    bundle's directory made",
        "start: shim told" => "6    shim told whose it is, prepares beside what follows",
        "create: files made" => "3    writable snapshot made",
        "start: bundle written" => "4    config.json composed and written",
        "start: process runs" => "7-9  shim ready, program compiled and walked, process runs",
        "start: committed" => "9    row says running",
        "ended" => "10   output copied until the end",
        "exited: noticed" => "10   end noticed",
        "exited: given back" => "10   shim has given back the rest",
        "exited: committed" or "remove: committed" => "10   row says ended",
        "left" => "10   given back",
        _ => "     " + point,
    };
}
