using Inro.Linux.Processes;

namespace Inro.Engine.Containers;

/// <summary>Docker's rules for names of containers, and names for those that got none.</summary>
internal static class ContainerName
{
    /// <summary>No rule of docker's; keeps names inside one line and one file name.</summary>
    public const int MaxLength = 255;

    private static ReadOnlySpan<string> Qualities => new[]
    {
        "able", "amber", "ample", "apt", "autumn", "azure", "bold", "brave", "breezy", "bright", "brisk", "calm", "candid", "clever", "coral", "cosy",
        "crimson", "curious", "deft", "eager", "early", "earnest", "fair", "fancy", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand",
        "hardy", "hazel", "hearty", "honest", "humble", "ivory", "jolly", "keen", "kind", "lively", "loyal", "lucid", "lucky", "mellow", "merry", "mild",
        "misty", "modest", "neat", "nimble", "noble", "olive", "patient", "placid", "plucky", "polite", "proud", "quick", "quiet", "ready", "rosy", "ruby",
        "rustic", "sage", "serene", "sharp", "silent", "silver", "sincere", "sleek", "smooth", "snowy", "sober", "spry", "steady", "still", "sturdy", "subtle",
        "sunny", "swift", "tender", "tidy", "tranquil", "trusty", "upbeat", "vivid", "warm", "wise", "witty", "zesty",
    };

    private static ReadOnlySpan<string> Things => new[]
    {
        "acorn", "alder", "anvil", "arbor", "badger", "bamboo", "basin", "beacon", "birch", "bison", "brook", "canyon", "cedar", "cello", "cherry", "cicada",
        "clover", "cobalt", "comet", "condor", "cove", "crane", "cricket", "cypress", "dahlia", "delta", "dune", "egret", "ember", "falcon", "fern", "finch",
        "fjord", "flint", "fox", "garnet", "ginkgo", "glacier", "grove", "gull", "harbor", "hare", "hawk", "heron", "hollow", "ibis", "iris", "jasper",
        "juniper", "kestrel", "lagoon", "lantern", "larch", "lark", "lichen", "lily", "linden", "lotus", "lynx", "magpie", "maple", "marten", "meadow", "mesa",
        "moss", "newt", "oak", "opal", "orchid", "osprey", "otter", "owl", "pebble", "pine", "plover", "plum", "poppy", "prairie", "quail", "quartz",
        "raven", "reed", "ridge", "robin", "rowan", "sparrow", "spruce", "swallow", "tern", "thistle", "tulip", "walnut", "willow", "wren",
    };

    /// <summary>A name for a container that got none; after a few collisions with a number, as docker does.</summary>
    public static string Random(int attempt)
    {
        string name = Qualities[KernelRandom.Below(Qualities.Length)] + "_" + Things[KernelRandom.Below(Things.Length)];
        return attempt < 3 ? name : name + KernelRandom.Below(attempt < 6 ? 10 : 1_000_000);
    }

    /// <summary>Checks a name that a person gave and takes the slash off that the API's clients put before it.</summary>
    public static string Check(string typed)
    {
        string name = typed.StartsWith('/') ? typed[1..] : typed;
        if (IsName(name)) { return name; }

        throw new EngineException(
            ErrorCode.InvalidArgument,
            $"Invalid container name ({typed}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
            "use two characters or more, the first of them a letter or a digit");
    }

    /// <summary>Whether it is a name by docker's rules: of two characters or more, and one that no path is hidden in.</summary>
    public static bool IsName(string name)
    {
        if (name.Length is < 2 or > MaxLength || !char.IsAsciiLetterOrDigit(name[0])) { return false; }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) { return false; }
        }

        return true;
    }
}
