using System.Globalization;
using Inro.Engine.Devices;

namespace Inro.Cli.Arguments;

/// <summary><c>--gpus all</c>, <c>--gpus 2</c>, <c>--gpus '"device=0,1",capabilities=utility'</c>.</summary>
internal static class GpuArgument
{
    private const int All = -1;

    /// <exception cref="FormatException">A key is unknown or given twice.</exception>
    public static DeviceDemand Parse(string text)
    {
        DeviceDemand demand = new() { Capabilities = ["gpu"] };
        List<string> seen = [];
        foreach (string field in CommaSeparated.Split(text))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? "count" : field[..equals];
            string value = field[(equals + 1)..];
            if (seen.Contains(key, StringComparer.Ordinal)) { throw new FormatException($"gpu request key '{key}' can be specified only once"); }

            seen.Add(key);
            demand = key switch
            {
                "driver" => demand with { Driver = value },
                "count" => demand with { Count = Count(value) },
                "device" => demand with { Ids = value.Split(',') },
                "capabilities" => demand with { Capabilities = [.. value.Split(',').Where(static c => c != "gpu"), "gpu"] },
                "options" => demand with { Options = value.Split(',').Select(FlagValue.Pair).ToDictionary(static o => o.Key, static o => o.Value, StringComparer.Ordinal) },
                _ => throw new FormatException($"unexpected key '{key}' in '{field}'"),
            };
        }

        if (demand.Count != 0 && demand.Ids.Count > 0) { throw new FormatException("cannot set both Count and DeviceIDs on device request"); }

        return demand.Count == 0 && demand.Ids.Count == 0 ? demand with { Count = 1 } : demand;
    }

    private static int Count(string text) =>
        text == "all" ? All
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count
        : throw new FormatException($"invalid count ({text}): value must be either \"all\" or an integer");
}
