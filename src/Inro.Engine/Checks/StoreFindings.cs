using Inro.Images;
using Inro.Spec;

namespace Inro.Engine.Checks;

/// <summary>What is wrong, as a repair needs it.</summary>
internal sealed class StoreFindings
{
    /// <summary>All of it, in the order in which it was found.</summary>
    public List<StoreProblem> Problems { get; } = [];

    /// <summary>Blobs that a row needs and that are missing, or whose bytes are others.</summary>
    public Dictionary<Digest, StoreProblem> DamagedBlobs { get; } = [];

    /// <summary>Rows of layers whose directory is missing or has other files than the layer.</summary>
    public Dictionary<LayerRecord, StoreProblem> DamagedLayers { get; } = [];

    /// <summary>Images of which a layer has no row.</summary>
    public Dictionary<ImageRecord, StoreProblem> BrokenImages { get; } = [];

    /// <summary>Directories and blobs that no row knows.</summary>
    public List<StoreProblem> Orphans { get; } = [];

    /// <summary>The file beside the database says something else than the database.</summary>
    public StoreProblem? StaleIndex { get; set; }

    /// <summary>Adds a problem.</summary>
    public StoreProblem Add(string what)
    {
        var problem = new StoreProblem(what);
        Problems.Add(problem);
        return problem;
    }
}
