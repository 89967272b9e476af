namespace Inro.Engine.Devices;

/// <summary>The devices that CDI's files describe.</summary>
internal sealed class CdiRegistry
{
    private const int MaxFiles = 1024;

    private readonly Dictionary<string, (CdiSpec Spec, CdiEdits Device)> devices = new(StringComparer.Ordinal);
    private readonly List<string> damaged = [];

    /// <summary>Reads all files. One that cannot be understood hides only its own devices.</summary>
    /// <param name="directories">The strongest last: a device that is in several is taken from there.</param>
    public CdiRegistry(IEnumerable<string> directories)
    {
        int files = 0;
        foreach (string directory in directories)
        {
            if (!Directory.Exists(directory)) { continue; }

            foreach (string file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            {
                if (Path.GetExtension(file) is not (".json" or ".yaml" or ".yml") || ++files > MaxFiles) { continue; }

                Read(file);
            }
        }
    }

    /// <summary>Files that could not be understood, each with the reason.</summary>
    public IReadOnlyList<string> Damaged => damaged;

    /// <summary>Full names of the devices of a kind, in order.</summary>
    public IReadOnlyList<string> Of(string kind) => [.. devices.Keys.Where(n => CdiName.KindOf(n) == kind).Order(StringComparer.Ordinal)];

    /// <summary>What the devices change together; what a file asks for all of its devices comes once.</summary>
    /// <exception cref="EngineException">NotFound: one is not described.</exception>
    public IReadOnlyList<CdiEdits> Find(IReadOnlyList<string> names)
    {
        string[] missing = [.. names.Where(n => !devices.ContainsKey(n))];
        if (missing.Length > 0)
        {
            string why = damaged.Count > 0 ? $" ({string.Join("; ", damaged)})" : "";
            throw new EngineException(ErrorCode.NotFound, $"CDI device injection failed: unresolvable CDI devices {string.Join(", ", missing)}{why}", "their driver writes a file into /etc/cdi or /var/run/cdi: nvidia-ctk cdi generate, for one");
        }

        List<CdiEdits> edits = [];
        HashSet<CdiSpec> seen = new(ReferenceEqualityComparer.Instance);
        foreach (string name in names)
        {
            (CdiSpec spec, CdiEdits device) = devices[name];
            if (seen.Add(spec)) { edits.Add(spec.Edits); }

            edits.Add(device);
        }

        return edits;
    }

    private void Read(string file)
    {
        try
        {
            CdiSpec spec = CdiSpecReader.Read(file);
            foreach ((string name, CdiEdits edits) in spec.Devices) { devices[$"{spec.Kind}={name}"] = (spec, edits); }
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException) { damaged.Add($"{file}: {unusable.Message}"); }
    }
}
