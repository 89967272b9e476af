using Inro.Engine;

namespace Inro.Server.DockerApi;

/// <summary>Conditions of a prune.</summary>
internal static class PruneParameter
{
    /// <exception cref="EngineException">InvalidArgument: a condition is not known.</exception>
    public static PruneConditions Read(IReadOnlyList<KeyValuePair<string, string>> filters)
    {
        var conditions = new PruneConditions();
        foreach ((string name, string value) in filters)
        {
            conditions = name switch
            {
                "until" => conditions with { MadeBeforeNanoseconds = Time(value) },
                "label" => conditions with { Labels = [.. conditions.Labels, Pair(value)] },
                "label!" => conditions with { WithoutLabels = [.. conditions.WithoutLabels, Pair(value)] },
                _ => throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}'", "known: until, label, label!"),
            };
        }

        return conditions;
    }

    private static long Time(string value)
    {
        try { return PointInTime.Nanoseconds(value, EngineSession.NowNanoseconds); }
        catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter 'until={value}': {wrong.Message}", cause: wrong); }
    }

    private static KeyValuePair<string, string?> Pair(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(value, null) : new(value[..equals], value[(equals + 1)..]);
    }
}
