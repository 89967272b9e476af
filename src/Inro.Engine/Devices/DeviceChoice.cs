namespace Inro.Engine.Devices;

/// <summary>From what is demanded to CDI names.</summary>
internal static class DeviceChoice
{
    private static readonly string[] OfGraphics = ["nvidia.com/gpu", "amd.com/gpu"];

    /// <summary>The names, in order, each once.</summary>
    /// <exception cref="EngineException">NotFound: nothing here is what is demanded.</exception>
    public static IReadOnlyList<string> Names(IReadOnlyList<DeviceDemand> demands, CdiRegistry registry)
    {
        List<string> names = [];
        foreach (DeviceDemand demand in demands)
        {
            foreach (string name in demand.Driver == DeviceDemand.Cdi ? demand.Ids : Graphics(demand, registry))
            {
                if (!names.Contains(name, StringComparer.Ordinal)) { names.Add(name); }
            }
        }

        return names;
    }

    private static IEnumerable<string> Graphics(DeviceDemand demand, CdiRegistry registry)
    {
        string? kind = null;
        foreach (string known in OfGraphics)
        {
            bool isMeant = demand.Driver.Length == 0 || known.StartsWith(demand.Driver + ".", StringComparison.Ordinal);
            if (kind is null && isMeant && registry.Of(known).Count > 0) { kind = known; }
        }

        if (kind is null || (demand.Driver.Length == 0 && !demand.Capabilities.Contains("gpu", StringComparer.Ordinal))) { throw Missing(demand, registry); }

        if (demand.Ids.Count > 0) { return demand.Ids.Select(id => CdiName.IsName(id) ? id : $"{kind}={id}"); }

        IReadOnlyList<string> all = registry.Of(kind);
        if (demand.Count < 0 && all.Contains(kind + "=all", StringComparer.Ordinal)) { return [kind + "=all"]; }

        string[] each = [.. all.Where(n => int.TryParse(n.AsSpan(kind.Length + 1), out _)).OrderBy(n => int.Parse(n.AsSpan(kind.Length + 1), System.Globalization.CultureInfo.InvariantCulture))];
        if (demand.Count < 0) { return each.Length > 0 ? each : all; }

        return demand.Count <= each.Length
            ? each.Take(demand.Count)
            : throw new EngineException(ErrorCode.NotFound, $"{demand.Count} devices of {kind} are asked for, {each.Length} are there", "ask for fewer, or for all");
    }

    private static EngineException Missing(DeviceDemand demand, CdiRegistry registry) => new(
        ErrorCode.NotFound,
        $"could not select device driver \"{demand.Driver}\" with capabilities: [[{string.Join(' ', demand.Capabilities)}]]",
        registry.Damaged.Count > 0 ? string.Join("; ", registry.Damaged) : "describe the devices to CDI: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml");
}
