using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <content>Looking.</content>
public sealed partial class ContainerService
{
    /// <summary>Containers, newest first. Takes no lock.</summary>
    public IReadOnlyList<ContainerSummary> List(ContainerFilter filter)
    {
        bool all = filter.All || filter.Last > 0 || ContainerConditions.WantsAll(filter);
        List<ContainerSummary> found = store.Read(() => table.List(all));
        ReconcileLost(found);
        var conditions = new ContainerConditions(filter, FindOrNull, images);
        found.RemoveAll(c => !conditions.Match(c) || (!all && !IsRunning(c.State)));
        found.Sort((a, b) => b.CreatedNanoseconds != a.CreatedNanoseconds
            ? b.CreatedNanoseconds.CompareTo(a.CreatedNanoseconds)
            : string.CompareOrdinal(a.Id, b.Id));
        if (filter.Last > 0 && found.Count > filter.Last) { found.RemoveRange(filter.Last, found.Count - filter.Last); }

        return found;
    }

    /// <summary>The container with this full id, name (with or without the slash) or unambiguous beginning of an id, in that order.</summary>
    /// <exception cref="EngineException">NotFound: <c>No such container: x</c>. InvalidArgument: several ids begin so.</exception>
    public ContainerRecord Find(string nameOrId) => Reconcile(FindOrNull(nameOrId) ?? throw NoSuchContainer(nameOrId));

    /// <summary>Labels of a list's row, the image's included.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOf(ContainerSummary row) => ContainerConfigReader.ReadMap(row.LabelsJson);

    /// <summary>Entry point and arguments of a list's row.</summary>
    public static IReadOnlyList<string> ArgumentsOf(ContainerSummary row) => ContainerConfigReader.ReadList(row.ArgumentsJson);

    /// <summary>What the image of a container says; empty where the image is gone.</summary>
    public ContainerDefaults DefaultsOf(ContainerRecord record) =>
        images.TryResolve(record.ImageId) is { } image ? images.ReadDefaults(image) : new ContainerDefaults();

    /// <summary>Snapshots of the layers that a container stands on, the topmost first; empty where the image is gone.</summary>
    public IReadOnlyList<long> LayersOf(ContainerRecord record) =>
        images.TryResolve(record.ImageId) is { ChainId.Length: > 0 } image ? images.LayersOf(image) : [];

    private ContainerRecord? FindOrNull(string nameOrId)
    {
        if (nameOrId.Length == 0) { return null; }

        string name = nameOrId[0] == '/' ? nameOrId[1..] : nameOrId;
        return store.Read(() =>
        {
            if (nameOrId.Length == 64 && table.Find(nameOrId) is { State: not ContainerState.Creating } whole) { return whole; }

            if (table.FindByName(name) is { } named) { return named; }

            if (!IsHex(nameOrId)) { return null; }

            IReadOnlyList<ContainerRecord> begin = table.FindByPrefix(nameOrId);
            return begin.Count == 0 ? null : begin.Count == 1 ? begin[0] : throw new EngineException(
                ErrorCode.InvalidArgument,
                $"Multiple IDs found with provided prefix: {nameOrId}",
                "give more digits of the id");
        });
    }

    private ContainerRecord Get(string id) => store.Read(() => table.Find(id)) ?? throw NoSuchContainer(id);

    private IReadOnlyList<long> Layers(string chainId) => chainId.Length == 0 ? [] : images.Metadata.FindChain(Digest.Parse(chainId)) ?? throw new EngineException(
        ErrorCode.DataLoss,
        $"layers of the image with chain {chainId} are missing",
        "load the image again");

    private static bool IsHex(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) { return false; }
        }

        return text.Length <= 64;
    }

    private static EngineException NoSuchContainer(string typed) => new(ErrorCode.NotFound, $"No such container: {typed}", "the containers that are there: inro ps -a");
}
