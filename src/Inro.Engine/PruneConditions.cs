namespace Inro.Engine;

/// <summary>What things must be like to be pruned.</summary>
public sealed record PruneConditions
{
    /// <summary>Only what was made before this, in nanoseconds since 1970; null: whenever.</summary>
    public long? MadeBeforeNanoseconds { get; init; }

    /// <summary>Only what has all of these labels; a null value means any.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Labels { get; init; } = [];

    /// <summary>Only what has none of these.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> WithoutLabels { get; init; } = [];

    /// <summary>Whether they hold.</summary>
    /// <param name="madeNanoseconds">When it was made.</param>
    /// <param name="labels">Its labels; asked only where that matters.</param>
    public bool Match(long madeNanoseconds, Func<IReadOnlyDictionary<string, string>?> labels)
    {
        if (MadeBeforeNanoseconds is { } limit && madeNanoseconds >= limit) { return false; }

        if (Labels.Count == 0 && WithoutLabels.Count == 0) { return true; }

        IReadOnlyDictionary<string, string>? there = labels();
        return Labels.All(l => Has(there, l)) && !WithoutLabels.Any(l => Has(there, l));
    }

    private static bool Has(IReadOnlyDictionary<string, string>? labels, KeyValuePair<string, string?> wanted) =>
        labels is not null && labels.TryGetValue(wanted.Key, out string? value) && (wanted.Value is null || wanted.Value == value);
}
