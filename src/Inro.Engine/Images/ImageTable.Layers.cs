using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>Layers and their snapshots.</content>
internal sealed partial class ImageTable
{
    private const string LayerColumns = "SELECT chain, parent, diff, snapshot, size FROM layers ";

    /// <inheritdoc/>
    public LayerRecord? FindLayer(Digest chainId) => store.Read(() =>
    {
        using Statement select = store.Prepare(LayerColumns + "WHERE chain = ?");
        select.Bind(1, chainId.ToString());
        return select.Step() ? Layer(select) : null;
    });

    /// <inheritdoc/>
    public IReadOnlyList<long>? FindChain(Digest chainId) => store.Read(() => Chain(chainId.ToString()));

    /// <summary>The same inside a transaction that is open.</summary>
    internal List<long>? Chain(string chainId)
    {
        List<long> snapshots = [];
        string? next = chainId;
        while (next is not null)
        {
            using Statement select = store.Prepare("SELECT snapshot, parent FROM layers WHERE chain = ?");
            select.Bind(1, next);
            if (!select.Step()) { return null; }

            snapshots.Add(select.Number(0));
            next = select.IsNull(1) ? null : select.Text(1);
        }

        return snapshots;
    }

    /// <inheritdoc/>
    public IReadOnlyList<LayerRecord> RemoveUnusedLayers() => store.Write(() =>
    {
        List<LayerRecord> unused = FindUnused();
        foreach (LayerRecord layer in unused) { Run("DELETE FROM layers WHERE chain = ?", layer.ChainId.ToString()); }

        return unused;
    });

    /// <summary>What <see cref="RemoveUnusedLayers"/> would remove.</summary>
    public IReadOnlyList<LayerRecord> UnusedLayers() => store.Read(FindUnused);

    /// <summary>Takes the row of one layer away.</summary>
    public void RemoveLayer(Digest chainId) => store.Write(() => Run("DELETE FROM layers WHERE chain = ?", chainId.ToString()));

    /// <summary>Chain IDs of the images of containers that run.</summary>
    public IReadOnlyList<Digest> ChainsOfRunningContainers() => store.Read(() =>
    {
        List<Digest> found = [];
        using Statement select = store.Prepare("SELECT DISTINCT chain FROM containers WHERE state NOT IN (1, 6, 8)");
        while (select.Step())
        {
            if (Digest.TryParse(select.Text(0), out Digest chain)) { found.Add(chain); }
        }

        return found;
    });

    private List<LayerRecord> FindUnused()
    {
        Dictionary<string, LayerRecord> layers = AllLayers();
        HashSet<string> used = UsedChains(layers);
        return [.. layers.Where(l => !used.Contains(l.Key)).Select(static l => l.Value)];
    }

    /// <inheritdoc/>
    public IReadOnlySet<long> KnownSnapshots() => store.Read(() =>
    {
        HashSet<long> known = [];
        using Statement select = store.Prepare("SELECT snapshot FROM layers UNION ALL SELECT snapshot FROM containers WHERE snapshot <> 0");
        while (select.Step()) { known.Add(select.Number(0)); }

        return known;
    });

    /// <summary>Containers of an image, and whether each runs: is neither created, nor exited, nor dead.</summary>
    /// <param name="id">The image's, with its algorithm.</param>
    public IReadOnlyList<(string Id, bool IsRunning)> ContainersOf(string id) => store.Read(() =>
    {
        List<(string, bool)> found = [];
        using Statement select = store.Prepare("SELECT id, state NOT IN (1, 6, 8) FROM containers WHERE image_id = ?1 OR id IN (SELECT container FROM container_images WHERE image = ?1)");
        select.Bind(1, id);
        while (select.Step()) { found.Add((select.Text(0), select.Number(1) != 0)); }

        return found;
    });

    /// <summary>All layers by their chain IDs.</summary>
    public IReadOnlyDictionary<Digest, LayerRecord> ListLayers() => store.Read(() => AllLayers().Values.ToDictionary(static l => l.ChainId));

    /// <summary>Numbers of the writable snapshots of containers.</summary>
    public IReadOnlySet<long> ContainerSnapshots() => store.Read(() =>
    {
        HashSet<long> found = [];
        using Statement select = store.Prepare("SELECT snapshot FROM containers WHERE snapshot <> 0");
        while (select.Step()) { found.Add(select.Number(0)); }

        return found;
    });

    private Dictionary<string, LayerRecord> AllLayers()
    {
        Dictionary<string, LayerRecord> layers = new(StringComparer.Ordinal);
        using Statement select = store.Prepare(LayerColumns);
        while (select.Step())
        {
            LayerRecord layer = Layer(select);
            layers.Add(layer.ChainId.ToString(), layer);
        }

        return layers;
    }

    /// <summary>Every chain id that an image or a container stands on, and all below it.</summary>
    private HashSet<string> UsedChains(Dictionary<string, LayerRecord> layers)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        using Statement roots = store.Prepare("SELECT chain FROM images WHERE chain IS NOT NULL UNION SELECT chain FROM containers");
        while (roots.Step())
        {
            string? next = roots.Text(0);
            while (next is not null && layers.TryGetValue(next, out LayerRecord? layer) && used.Add(next)) { next = layer.Parent?.ToString(); }
        }

        return used;
    }

    private void Insert(LayerRecord layer)
    {
        using Statement insert = store.Prepare("INSERT INTO layers(chain, parent, diff, snapshot, size) VALUES(?, ?, ?, ?, ?) ON CONFLICT(chain) DO NOTHING");
        insert.Bind(1, layer.ChainId.ToString());
        insert.Bind(2, layer.Parent?.ToString());
        insert.Bind(3, layer.DiffId.ToString());
        insert.Bind(4, layer.Snapshot);
        insert.Bind(5, layer.SizeBytes);
        insert.Run();
    }

    private static LayerRecord Layer(Statement row) => new()
    {
        ChainId = Digest.Parse(row.Text(0)),
        Parent = row.IsNull(1) ? null : Digest.Parse(row.Text(1)),
        DiffId = Digest.Parse(row.Text(2)),
        Snapshot = row.Number(3),
        SizeBytes = row.Number(4),
    };
}
