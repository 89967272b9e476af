using System.Text.Json;
using Inro.Spec.Image;

namespace Inro.Engine.Images.Changes;

/// <summary>Changes of an image's defaults by instructions of a Dockerfile: <c>--change</c> of <c>import</c>.</summary>
/// <remarks>Source: docker's reference of Dockerfiles.</remarks>
public static class ImageChanges
{
    private const int MaxChanges = 10_000;

    /// <summary>Applies instructions in their order.</summary>
    /// <exception cref="EngineException">InvalidArgument: one cannot be understood.</exception>
    public static ContainerDefaults Apply(ContainerDefaults defaults, IReadOnlyList<string> changes)
    {
        if (changes.Count > MaxChanges) { throw new EngineException(ErrorCode.InvalidArgument, $"{changes.Count} changes, the limit is {MaxChanges}", "give fewer"); }

        foreach (string line in changes.SelectMany(static c => c.Split('\n')))
        {
            string change = line.Trim();
            if (change.Length == 0 || change[0] == '#') { continue; }

            try { defaults = Apply(defaults, change); }
            catch (Exception wrong) when (wrong is FormatException or JsonException)
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"the change '{change}' cannot be understood: {wrong.Message}", "write it as in a Dockerfile: --change 'CMD [\"sh\"]'", wrong);
            }
        }

        return defaults;
    }

    private static ContainerDefaults Apply(ContainerDefaults d, string change)
    {
        int space = change.AsSpan().IndexOfAny(' ', '\t');
        string name = (space < 0 ? change : change[..space]).ToUpperInvariant();
        string rest = space < 0 ? "" : change[(space + 1)..].Trim();
        string? Variable(string variable) => Value(d.Env, variable);
        return name switch
        {
            "CMD" => d with { Cmd = Command(rest, d) },
            "ENTRYPOINT" => d with { Entrypoint = Command(rest, d) is { Count: > 0 } command ? command : null },
            "ENV" => d with { Env = Environment(d.Env ?? [], Pairs(rest, Variable)) },
            "EXPOSE" => d with { ExposedPorts = With(d.ExposedPorts, Words(rest, Variable).SelectMany(ExposedPort.Parse)) },
            "HEALTHCHECK" => d with { HealthCheck = HealthInstruction.Parse(rest) },
            "LABEL" => d with { Labels = Labelled(d.Labels, Pairs(rest, Variable)) },
            "ONBUILD" => d with { OnBuild = [.. d.OnBuild ?? [], Trigger(rest)] },
            "STOPSIGNAL" => d with { StopSignal = Signal(One(rest, Variable)) },
            "USER" => d with { User = One(rest, Variable) },
            "VOLUME" => d with { Volumes = With(d.Volumes, Volumes(rest, Variable)) },
            "WORKDIR" => d with { WorkingDir = Directory(d.WorkingDir, One(rest, Variable)) },
            _ => throw new FormatException($"{name} is not a valid change command"),
        };
    }

    /// <summary>A list in JSON, or a line for the shell.</summary>
    internal static IReadOnlyList<string> Command(string rest, ContainerDefaults d) =>
        Json(rest) ?? (rest.Length == 0 ? [] : [.. d.Shell ?? ["/bin/sh", "-c"], rest]);

    private static string[]? Json(string rest)
    {
        if (rest.Length == 0 || rest[0] != '[') { return null; }

        try { return JsonSerializer.Deserialize(rest, ChangesJson.Default.StringArray); }
        catch (JsonException) { return null; } // docker takes it for a line of the shell, too
    }

    private static List<string> Words(string rest, Func<string, string?> variables)
    {
        List<string> words = InstructionWords.Split(rest, variables);
        return words.Count > 0 ? words : throw new FormatException("it requires at least one argument");
    }

    private static string One(string rest, Func<string, string?> variables) =>
        rest.Length > 0 ? InstructionWords.Whole(rest, variables) : throw new FormatException("it requires exactly one argument");

    /// <summary><c>NAME=value NAME="value"</c>, or the older <c>NAME value</c>.</summary>
    private static IEnumerable<(string Name, string Value)> Pairs(string rest, Func<string, string?> variables)
    {
        List<string> words = Words(rest, variables);
        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            int space = rest.AsSpan().IndexOfAny(' ', '\t');
            if (space < 0) { throw new FormatException("it must have two arguments"); }

            return [(words[0], InstructionWords.Whole(rest[space..].Trim(), variables))];
        }

        return words.Select(static word =>
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            return equals > 0 ? (word[..equals], word[(equals + 1)..]) : throw new FormatException($"'{word}' is not NAME=value");
        });
    }

    private static List<string> Environment(IReadOnlyList<string> before, IEnumerable<(string Name, string Value)> pairs)
    {
        List<string> all = [.. before];
        foreach ((string name, string value) in pairs)
        {
            int at = all.FindIndex(e => e.StartsWith(name + "=", StringComparison.Ordinal));
            if (at < 0) { all.Add($"{name}={value}"); }
            else { all[at] = $"{name}={value}"; }
        }

        return all;
    }

    private static string? Value(IReadOnlyList<string>? environment, string name)
    {
        foreach (string entry in environment ?? [])
        {
            if (entry.StartsWith(name + "=", StringComparison.Ordinal)) { return entry[(name.Length + 1)..]; }
        }

        return null;
    }

    private static SortedDictionary<string, string> Labelled(IReadOnlyDictionary<string, string>? before, IEnumerable<(string Name, string Value)> pairs)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        foreach ((string name, string value) in before ?? new Dictionary<string, string>()) { all[name] = value; }

        foreach ((string name, string value) in pairs) { all[name] = value; }

        return all;
    }

    private static SortedDictionary<string, EmptyObject> With(IReadOnlyDictionary<string, EmptyObject>? before, IEnumerable<string> names)
    {
        SortedDictionary<string, EmptyObject> all = new(StringComparer.Ordinal);
        foreach (string name in before?.Keys ?? []) { all[name] = new EmptyObject(); }

        foreach (string name in names) { all[name] = new EmptyObject(); }

        return all;
    }

    private static IEnumerable<string> Volumes(string rest, Func<string, string?> variables)
    {
        IReadOnlyList<string> volumes = Json(rest) ?? (IReadOnlyList<string>)Words(rest, variables);
        return volumes.All(static v => v.Trim().Length > 0) ? volumes : throw new FormatException("VOLUME specified can not be an empty string");
    }

    private static string Trigger(string rest)
    {
        string first = rest.Split(' ', '\t')[0].ToUpperInvariant();
        return first is "" or "ONBUILD" or "FROM" or "MAINTAINER" ? throw new FormatException(first.Length == 0 ? "it requires an instruction" : $"{first} isn't allowed as an ONBUILD trigger") : rest;
    }

    private static string Signal(string name)
    {
        try
        {
            Containers.SignalName.Parse(name);
            return name;
        }
        catch (EngineException unknown) { throw new FormatException(unknown.Problem, unknown); }
    }

    /// <summary>A relative one goes on from the one before.</summary>
    private static string Directory(string? before, string typed)
    {
        List<string> parts = [];
        string path = typed[0] == '/' ? typed : $"{before}/{typed}";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") { parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count)); }
            else if (part != ".") { parts.Add(part); }
        }

        return "/" + string.Join('/', parts);
    }
}
