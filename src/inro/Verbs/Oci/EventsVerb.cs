using System.Diagnostics;
using System.Text;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>events</c>: statistics and lacks of memory, a JSON document per line, until the container ends.</summary>
internal static class EventsVerb
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    public static int Run(OciGlobals globals, OciFlags flags)
    {
        TimeSpan interval = Usual;
        bool once = false;
        while (flags.NextFlag(out string name))
        {
            if (name is "stats") { once = flags.Switch(); }
            else if (name is "interval") { interval = Duration(ref flags, name); }
            else { throw flags.Unknown(name); }
        }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        using ContainerWatch watch = Check(interval, runtime, id);
        if (once)
        {
            Print(watch.Statistics());
            return 0;
        }

        Follow(watch, interval);
        return 0;
    }

    private static ContainerWatch Check(TimeSpan interval, ContainerRuntime runtime, string id)
    {
        _ = runtime.State(id); // that there is no such container is said first
        return interval > TimeSpan.Zero ? runtime.Watch(id) : throw new OciUsageException("duration interval must be greater than 0");
    }

    private static void Follow(ContainerWatch watch, TimeSpan interval)
    {
        long begun = Stopwatch.GetTimestamp();
        for (long done = 0; ;)
        {
            TimeSpan left = (interval * (done + 1)) - Stopwatch.GetElapsedTime(begun);
            switch (watch.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                case ContainerEvent.Ended:
                    return;
                case ContainerEvent.OutOfMemory:
                    Print(watch.OutOfMemory());
                    break;
                default:
                    Print(watch.Statistics());
                    done = Math.Max(done + 1, (long)(Stopwatch.GetElapsedTime(begun) / interval)); // none is made up for
                    break;
            }
        }
    }

    private static TimeSpan Duration(ref OciFlags flags, string name)
    {
        string text = flags.Value(name);
        try { return GoDuration.Parse(text); }
        catch (FormatException) { throw flags.Invalid(name, text); }
    }

    private static void Print(byte[] document) => Screen.WriteLine(Encoding.UTF8.GetString(document));
}
