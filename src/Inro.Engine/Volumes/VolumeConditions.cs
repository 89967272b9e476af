namespace Inro.Engine.Volumes;

/// <summary>Decides which volumes a list shows. Values of one name are alternatives; different names must all hold; labels all hold.</summary>
internal sealed class VolumeConditions
{
    private readonly List<List<Func<VolumeRecord, bool>>> groups = [];

    /// <summary>Takes conditions as they are typed.</summary>
    /// <param name="conditions">Names and values.</param>
    /// <param name="isUsed">Whether a container refers to a volume of that name.</param>
    /// <exception cref="EngineException">InvalidArgument: a value cannot be understood.</exception>
    public VolumeConditions(IEnumerable<KeyValuePair<string, string>> conditions, Func<string, bool> isUsed)
    {
        var named = new Dictionary<string, List<Func<VolumeRecord, bool>>>(StringComparer.Ordinal);
        foreach ((string name, string value) in conditions)
        {
            Func<VolumeRecord, bool> holds = One(name, value, isUsed);
            if (name is "label" or "label!") { groups.Add([holds]); }
            else if (named.TryGetValue(name, out List<Func<VolumeRecord, bool>>? group)) { group.Add(holds); }
            else
            {
                groups.Add(named[name] = [holds]);
            }
        }
    }

    /// <summary>Names of conditions that there are.</summary>
    public static string[] Names => ["dangling", "driver", "label", "label!", "name", "opt", "scope"];

    /// <summary>Whether a volume is shown.</summary>
    public bool Match(VolumeRecord volume) => groups.TrueForAll(g => g.Exists(c => c(volume)));

    private static Func<VolumeRecord, bool> One(string name, string value, Func<string, bool> isUsed)
    {
        switch (name)
        {
            case "dangling":
                bool wanted = Truth(name, value);
                return v => isUsed(v.Name) != wanted;
            case "driver": return v => v.Driver == value;
            case "name": return v => NameMatches(v.Name, value);
            case "scope": return v => value == "local";
            case "label": return v => Has(v.ShownLabels, value);
            case "label!": return v => !Has(v.ShownLabels, value);
            case "opt": return v => Has(v.Options, value);
            default: throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}'", $"known: {string.Join(", ", Names)}");
        }
    }

    private static bool Truth(string name, string value) => value switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}=[{value}]'", $"--filter {name}=true"),
    };

    /// <summary>A part of the name, or its beginning or end where the value is anchored so.</summary>
    private static bool NameMatches(string name, string pattern)
    {
        string core = pattern.TrimStart('^').TrimEnd('$');
        return (pattern.StartsWith('^'), pattern.EndsWith('$')) switch
        {
            (true, true) => name == core,
            (true, false) => name.StartsWith(core, StringComparison.Ordinal),
            (false, true) => name.EndsWith(core, StringComparison.Ordinal),
            _ => name.Contains(core, StringComparison.Ordinal),
        };
    }

    private static bool Has(IReadOnlyDictionary<string, string> map, string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return map.TryGetValue(equals < 0 ? value : value[..equals], out string? has) && (equals < 0 || has == value[(equals + 1)..]);
    }
}
