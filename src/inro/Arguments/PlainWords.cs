namespace Inro.Cli.Arguments;

/// <summary>A command line in one spelling: each flag as <c>--name=value</c>, then what follows the flags.</summary>
internal static class PlainWords
{
    /// <summary>Rewrites it.</summary>
    /// <param name="table">The flags that it was read with; none of them is set.</param>
    /// <param name="words">As typed.</param>
    /// <param name="keeps">Tells by its long name whether a flag stays.</param>
    public static IReadOnlyList<string> Of(FlagTable table, IReadOnlyList<string> words, Predicate<string> keeps)
    {
        List<string> kept = [];
        var recording = new FlagTable();
        foreach (Flag flag in table.Flags)
        {
            recording.Add(flag with
            {
                Set = value =>
                {
                    if (keeps(flag.Name)) { kept.Add($"--{flag.Name}={value}"); }
                },
            });
        }

        return [.. kept, .. ArgumentReader.Read(recording, [.. words], flagsAfterOperands: false).Operands];
    }
}
