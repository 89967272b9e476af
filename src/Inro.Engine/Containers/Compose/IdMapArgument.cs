using System.Globalization;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>podman's <c>idmap</c> of a mount: empty for the container's own ids, or <c>uids=0-1000-1#1-2000-10;gids=…</c>.</summary>
internal static class IdMapArgument
{
    private const int MaxRanges = 340; // the kernel's own limit on a map

    /// <summary>The mount with the mapping.</summary>
    /// <exception cref="EngineException">InvalidArgument: the text is none.</exception>
    public static MountConfig Apply(ComposeRequest request, MountConfig mount, string text)
    {
        if (text.Length == 0)
        {
            return request.IdMappings is { } own ? mount with { UidMappings = own.Users, GidMappings = own.Groups } : mount; // the host's ids are the container's
        }

        List<IdMapping> users = [];
        List<IdMapping> groups = [];
        foreach (string part in text.Split(';'))
        {
            if (part.StartsWith("uids=", StringComparison.Ordinal)) { users = Ranges(part["uids=".Length..], text); }
            else if (part.StartsWith("gids=", StringComparison.Ordinal)) { groups = Ranges(part["gids=".Length..], text); }
            else { throw Invalid(text); }
        }

        return mount with { UidMappings = users.Count > 0 ? users : groups, GidMappings = groups.Count > 0 ? groups : users };
    }

    // first in the source, first as it is shown, how many
    private static List<IdMapping> Ranges(string text, string whole)
    {
        List<IdMapping> ranges = [];
        foreach (string range in text.Split('#'))
        {
            string[] numbers = range.Split('-');
            if (numbers.Length != 3 || !Read(numbers[0], out uint source) || !Read(numbers[1], out uint shown) || !Read(numbers[2], out uint size) || size == 0 || ranges.Count == MaxRanges)
            {
                throw Invalid(whole);
            }

            ranges.Add(new IdMapping(source, shown, size));
        }

        return ranges;
    }

    private static bool Read(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static EngineException Invalid(string text) => new(ErrorCode.InvalidArgument, $"invalid idmap '{text}'", "write idmap=uids=0-1000-1;gids=0-1000-1: first id in the source, first id as it is shown, and how many");
}
