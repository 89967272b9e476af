using System.Text.Json.Serialization;

namespace Inro.Bench.Measuring;

/// <summary>One program to run to its end.</summary>
/// <param name="Arguments">The program, found on PATH of its lane, and its arguments.</param>
/// <param name="DeadlineSeconds">It is killed when it is not over by then, and counts as failed.</param>
internal sealed record Command(IReadOnlyList<string> Arguments, int DeadlineSeconds = 60)
{
    /// <summary>Variables besides those of the lane, <c>NAME=value</c> each.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public static Command Of(params string[] arguments) => new(arguments);
}

/// <summary>How one run of a command went.</summary>
/// <param name="Nanoseconds">From just before the start until the parent has its status.</param>
/// <param name="Code">Exit status as shells count; -1: killed at the deadline; -2: could not be started.</param>
/// <param name="Output">The beginning of what it printed, at most 1 MiB.</param>
/// <param name="Error">The same of standard error.</param>
internal sealed record Sample(long Nanoseconds, int Code, string Output, string Error)
{
    [JsonIgnore]
    public double Milliseconds => Nanoseconds / 1e6;

    /// <summary>Why it does not count, or null.</summary>
    [JsonIgnore]
    public string? Problem => Code == 0 ? null : $"exit {Code}: {LastLine(Error.Length > 0 ? Error : Output)}";

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no message";
}

[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(Sample))]
internal sealed partial class CommandJson : JsonSerializerContext;
