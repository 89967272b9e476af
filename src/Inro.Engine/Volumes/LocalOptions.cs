namespace Inro.Engine.Volumes;

/// <summary>The options of the local driver: what mount(8) would be told.</summary>
/// <param name="Type">Of the file system; <c>none</c> or <c>bind</c> for a directory.</param>
/// <param name="Device">What is mounted.</param>
/// <param name="Words">The words of <c>o</c>.</param>
internal sealed record LocalOptions(string Type, string Device, IReadOnlyList<string> Words)
{
    private const string TypeKey = "type";
    private const string DeviceKey = "device";
    private const string WordsKey = "o";

    /// <summary>Whether a directory is bound and nothing mounted.</summary>
    public bool IsBind => Words.Contains("bind", StringComparer.Ordinal) || Words.Contains("rbind", StringComparer.Ordinal);

    /// <summary>Whether what is mounted is memory that ends with the mount.</summary>
    public bool IsMemory => Type is "tmpfs" or "ramfs";

    /// <summary>Reads them; null: there are none, the volume is a directory of the instance.</summary>
    /// <param name="volume">The volume's name, for messages.</param>
    /// <param name="options">As asked.</param>
    /// <exception cref="EngineException">InvalidArgument: docker refuses them.</exception>
    public static LocalOptions? Read(string volume, IReadOnlyDictionary<string, string> options)
    {
        foreach (string name in StringMap.Sorted(options))
        {
            if (name is not (TypeKey or DeviceKey or WordsKey)) { throw Invalid(volume, $"invalid option: \"{name}\"", "the local driver knows type, device and o"); }
        }

        if (options.ContainsKey(WordsKey)) { Require(volume, options, DeviceKey, TypeKey); }

        if (options.ContainsKey(DeviceKey)) { Require(volume, options, TypeKey); }

        if (options.ContainsKey(TypeKey)) { Require(volume, options, DeviceKey); }

        return options.Count == 0
            ? null
            : new LocalOptions(options[TypeKey], options[DeviceKey], options.GetValueOrDefault(WordsKey, "").Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Require(string volume, IReadOnlyDictionary<string, string> options, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (!options.ContainsKey(name)) { throw Invalid(volume, $"missing required option: \"{name}\"", $"-o {name}=…"); }
        }
    }

    private static EngineException Invalid(string volume, string why, string remedy) => new(ErrorCode.InvalidArgument, $"create {volume}: {why}", remedy);
}
