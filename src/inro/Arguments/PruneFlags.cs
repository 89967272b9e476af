using Inro.Engine;

namespace Inro.Cli.Arguments;

/// <summary><c>--filter</c> and <c>--force</c> of verbs that prune.</summary>
/// <param name="more">Names of further conditions, which the verb itself looks at.</param>
internal sealed class PruneFlags(params string[] more)
{
    private readonly FilterFlag filter = new([.. more, "label", "label!", "until"]);

    /// <summary>Whether nobody is asked.</summary>
    public bool IsForced { get; private set; }

    /// <summary>Whether there is any condition.</summary>
    public bool HasConditions => filter.Conditions.Count > 0;

    /// <summary>The conditions as typed.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Typed => filter.Conditions;

    /// <summary>Whether there is such a condition.</summary>
    public bool Has(string name)
    {
        foreach ((string given, _) in filter.Conditions)
        {
            if (given == name) { return true; }
        }

        return false;
    }

    /// <summary>Whether there is such a condition, and it says yes.</summary>
    /// <exception cref="UsageException">It says neither yes nor no.</exception>
    public bool IsTrue(string name)
    {
        bool isTrue = false;
        foreach ((string given, string value) in filter.Conditions)
        {
            if (given != name) { continue; }

            try { isTrue = FlagValue.Boolean(value); }
            catch (FormatException) { throw new UsageException($"invalid filter '{name}=[{value}]'", ExitStatus.Failure); }
        }

        return isTrue;
    }

    public void AddTo(FlagTable table)
    {
        filter.AddTo(table, letter: '\0');
        table.Switch("force", 'f', "Do not prompt for confirmation", v => IsForced = v);
    }

    /// <summary>The conditions as typed.</summary>
    /// <param name="now">Nanoseconds since 1970.</param>
    /// <exception cref="UsageException">One cannot be understood.</exception>
    public PruneConditions Conditions(long now)
    {
        long? until = null;
        List<KeyValuePair<string, string?>> with = [];
        List<KeyValuePair<string, string?>> without = [];
        foreach ((string name, string value) in filter.Conditions)
        {
            if (name == "until")
            {
                long limit = Limit(value, now);
                until = until is { } other ? Math.Min(other, limit) : limit;
            }
            else if (name is "label" or "label!") { (name == "label" ? with : without).Add(Label(value)); }
        }

        return new PruneConditions { MadeBeforeNanoseconds = until, Labels = with, WithoutLabels = without };
    }

    private static long Limit(string value, long now)
    {
        try { return PointInTime.Nanoseconds(value, now); }
        catch (FormatException wrong) { throw new UsageException($"invalid filter 'until={value}': {wrong.Message}", ExitStatus.Failure); }
    }

    /// <summary><c>key</c> or <c>key=value</c>.</summary>
    private static KeyValuePair<string, string?> Label(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(value, null) : new(value[..equals], value[(equals + 1)..]);
    }
}
