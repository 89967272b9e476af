using System.Globalization;
using Inro.Spec.Image;

namespace Inro.Engine.Images.Changes;

/// <summary>The instruction <c>HEALTHCHECK [--interval=… --timeout=… --start-period=… --start-interval=… --retries=…] CMD … | NONE</c>.</summary>
internal static class HealthInstruction
{
    private const int NanosecondsPerTick = 100;

    public static HealthCheck Parse(string rest)
    {
        var health = new HealthCheck();
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            int end = rest.AsSpan().IndexOfAny(' ', '\t');
            string flag = end < 0 ? rest : rest[..end];
            rest = end < 0 ? "" : rest[end..].Trim();
            health = With(health, flag);
        }

        int space = rest.AsSpan().IndexOfAny(' ', '\t');
        string kind = (space < 0 ? rest : rest[..space]).ToUpperInvariant();
        string command = space < 0 ? "" : rest[space..].Trim();
        return (kind, command.Length) switch
        {
            ("NONE", 0) => new HealthCheck { Test = ["NONE"] },
            ("NONE", _) => throw new FormatException("HEALTHCHECK NONE takes no arguments"),
            ("CMD", 0) => throw new FormatException("Missing command after HEALTHCHECK CMD"),
            ("CMD", _) => health with { Test = Test(command) },
            _ => throw new FormatException($"Unknown type \"{kind}\" in HEALTHCHECK (try CMD)"),
        };
    }

    private static IReadOnlyList<string> Test(string command)
    {
        IReadOnlyList<string> words = ImageChanges.Command(command, new ContainerDefaults { Shell = ["CMD-SHELL"] });
        return words is ["CMD-SHELL", var line] && line == command ? words : ["CMD", .. words];
    }

    private static HealthCheck With(HealthCheck health, string flag)
    {
        int equals = flag.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) { throw new FormatException($"{flag} needs a value"); }

        string value = flag[(equals + 1)..];
        return flag[2..equals] switch
        {
            "interval" => health with { IntervalNanoseconds = Duration(value) },
            "timeout" => health with { TimeoutNanoseconds = Duration(value) },
            "start-period" => health with { StartPeriodNanoseconds = Duration(value) },
            "start-interval" => health with { StartIntervalNanoseconds = Duration(value) },
            "retries" => health with { Retries = Retries(value) },
            _ => throw new FormatException($"unknown flag: {flag}"),
        };
    }

    private static int Retries(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int retries) ? retries : throw new FormatException($"--retries must be a number, not {value}");

    private static long Duration(string value)
    {
        TimeSpan span = GoDuration.Parse(value);
        return span == TimeSpan.Zero || span >= TimeSpan.FromMilliseconds(1) ? span.Ticks * NanosecondsPerTick : throw new FormatException($"an interval cannot be less than 1ms: {value}");
    }
}
