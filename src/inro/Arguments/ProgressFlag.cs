using Inro.Cli.Output;

namespace Inro.Cli.Arguments;

/// <summary>The flags <c>--quiet</c> and <c>--progress</c> of verbs that move layers.</summary>
internal sealed class ProgressFlag
{
    private ProgressStyle style;
    private bool isQuiet;

    /// <summary>Whether only the result is wanted.</summary>
    public bool IsQuiet => isQuiet;

    /// <summary>As asked for.</summary>
    public ProgressStyle Style => isQuiet ? ProgressStyle.None : style;

    public void AddTo(FlagTable table) => table
        .Text("progress", '\0', "How progress is shown: 'auto', 'plain', 'json' or 'none'", v => style = Of(v), initially: "auto", offers: Completion.Of("auto", "plain", "json", "none"))
        .Switch("quiet", 'q', "Suppress verbose output", v => isQuiet = v);

    private static ProgressStyle Of(string value) => value switch
    {
        "auto" => ProgressStyle.Auto,
        "plain" => ProgressStyle.Plain,
        "json" => ProgressStyle.Json,
        "none" => ProgressStyle.None,
        _ => throw new UsageException($"invalid argument \"{value}\" for \"--progress\" flag: one of auto, plain, json, none"),
    };
}
