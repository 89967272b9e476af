namespace Inro.Cli.Arguments;

/// <summary>The conditions of <c>--filter NAME=VALUE</c>, in order.</summary>
internal sealed class FilterFlag(params string[] names)
{
    private readonly List<KeyValuePair<string, string>> conditions = [];

    public IReadOnlyList<KeyValuePair<string, string>> Conditions => conditions;

    /// <summary>Adds the flag.</summary>
    /// <param name="table">The verb's.</param>
    /// <param name="letter">NUL where <c>-f</c> means something else.</param>
    public void AddTo(FlagTable table, char letter = 'f') =>
        table.List("filter", letter, "Filter output based on conditions provided", Add, value: "filter", offers: Completion.Of([.. names.Select(static n => n + "=")]));

    private void Add(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) { throw new FormatException("invalid filter '" + text + "': expected name=value"); }

        string name = text[..equals].Trim().ToLowerInvariant();
        if (Array.IndexOf(names, name) < 0) { throw new FormatException($"invalid filter '{name}': {string.Join(", ", names)} exist"); }

        conditions.Add(new(name, text[(equals + 1)..].Trim()));
    }
}
