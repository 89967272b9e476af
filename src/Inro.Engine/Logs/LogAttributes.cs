using System.Text;
using System.Text.RegularExpressions;
using Inro.Engine.Templates;

namespace Inro.Engine.Logs;

/// <summary>What the options <c>labels</c>, <c>labels-regex</c>, <c>env</c>, <c>env-regex</c> and <c>tag</c> choose of a container; stored with its lines, shown by <c>logs --details</c>.</summary>
public static class LogAttributes
{
    private const string DefaultTag = "{{.ID}}";

    /// <summary>Names and values, sorted.</summary>
    /// <param name="options">The log options.</param>
    /// <param name="subject">The container.</param>
    /// <exception cref="FormatException">A pattern or a template that cannot be read.</exception>
    public static SortedDictionary<string, string> Of(IReadOnlyDictionary<string, string> options, LogSubject subject)
    {
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        Add(found, options, "labels", subject.Labels);
        Add(found, options, "env", Variables(subject.Environment));
        if (options.TryGetValue("tag", out string? template) && template.Length > 0) { found["tag"] = Tag(template, subject); }

        return found;
    }

    /// <summary>The fields that every entry of the container has in the journal; docker's names.</summary>
    public static SortedDictionary<string, string> OfJournal(IReadOnlyDictionary<string, string> options, LogSubject subject)
    {
        string tag = Tag(options.TryGetValue("tag", out string? template) && template.Length > 0 ? template : DefaultTag, subject);
        SortedDictionary<string, string> fields = new(StringComparer.Ordinal)
        {
            ["CONTAINER_ID"] = subject.Id[..12],
            ["CONTAINER_ID_FULL"] = subject.Id,
            ["CONTAINER_NAME"] = subject.Name,
            ["CONTAINER_TAG"] = tag,
            ["IMAGE_NAME"] = subject.ImageName,
            ["SYSLOG_IDENTIFIER"] = tag,
        };
        foreach ((string name, string value) in Of(options, subject))
        {
            string field = JournalEntry.NameOf(name);
            if (name != "tag" && field.Length > 0 && !JournalOutput.IsOwn(field)) { fields.TryAdd(field, value); } // an image's label takes no field's place
        }

        return fields;
    }

    /// <summary>As docker writes them: <c>name=value,name=value</c>, escaped as in the query of an address; empty: there are none.</summary>
    public static string Text(IReadOnlyDictionary<string, string> attributes)
    {
        StringBuilder text = new();
        foreach ((string name, string value) in attributes) { text.Append(text.Length > 0 ? "," : "").Append(Escape(name)).Append('=').Append(Escape(value)); }

        return text.ToString();
    }

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static string Tag(string template, LogSubject subject) => Template.Parse(template).Render(subject);

    private static void Add(SortedDictionary<string, string> found, IReadOnlyDictionary<string, string> options, string option, IReadOnlyDictionary<string, string> values)
    {
        foreach (string name in options.TryGetValue(option, out string? list) ? list.Split(',') : [])
        {
            if (values.TryGetValue(name, out string? value)) { found[name] = value; }
        }

        if (!options.TryGetValue(option + "-regex", out string? pattern) || pattern.Length == 0) { return; }

        Regex expression = Read(pattern);
        foreach ((string name, string value) in values)
        {
            if (expression.IsMatch(name)) { found[name] = value; }
        }
    }

    // Matching takes no longer than the text is long: a pattern comes from outside.
    private static Regex Read(string pattern)
    {
        try { return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
        catch (Exception reason) when (reason is ArgumentException or NotSupportedException) { throw new FormatException("error parsing regexp: " + reason.Message, reason); }
    }

    private static Dictionary<string, string> Variables(IReadOnlyList<string> environment)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (string variable in environment)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) { variables[variable[..equals]] = variable[(equals + 1)..]; }
        }

        return variables;
    }
}
