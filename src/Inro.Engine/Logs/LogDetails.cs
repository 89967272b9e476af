using System.Text;

namespace Inro.Engine.Logs;

/// <summary>What <c>logs --details</c> shows before each line: labels and variables that the log options name.</summary>
public static class LogDetails
{
    /// <summary>Options that name details.</summary>
    public static IReadOnlyList<string> Options { get; } = ["env", "labels"];

    /// <summary>The details as docker writes them: <c>name=value,name=value</c>, sorted; empty: there are none.</summary>
    /// <param name="options">The log options.</param>
    /// <param name="labels">Labels of the container, its image's included.</param>
    /// <param name="environment">Variables, <c>NAME=VALUE</c>.</param>
    public static string Of(IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> labels, IReadOnlyList<string> environment)
    {
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        Add(found, options, "labels", labels);
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (string variable in environment)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) { variables[variable[..equals]] = variable[(equals + 1)..]; }
        }

        Add(found, options, "env", variables);
        StringBuilder text = new();
        foreach ((string name, string value) in found) { text.Append(text.Length > 0 ? "," : "").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value)); }

        return text.ToString();
    }

    private static void Add(SortedDictionary<string, string> found, IReadOnlyDictionary<string, string> options, string option, IReadOnlyDictionary<string, string> values)
    {
        string[] names = options.TryGetValue(option, out string? list) ? list.Split(',') : [];
        foreach ((string name, string value) in values)
        {
            if (Array.IndexOf(names, name) >= 0) { found[name] = value; }
        }
    }
}
