using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Checkpoints;

/// <summary>The verbs of <c>inro checkpoint</c>.</summary>
internal static class CheckpointVerbs
{
    public static VerbGroup Group => new()
    {
        Path = "checkpoint",
        Summary = "Manage checkpoints",
        Names = ["create", "ls", "rm"],
        Find = static name => name switch
        {
            "create" => new CheckpointCreateVerb { Path = "checkpoint create" },
            "ls" or "list" => new CheckpointLsVerb { Path = "checkpoint ls" },
            "rm" or "remove" => new CheckpointRmVerb { Path = "checkpoint rm" },
            _ => null,
        },
    };

    /// <summary>Adds <c>--checkpoint-dir</c>.</summary>
    public static FlagTable AddDirectory(FlagTable table, string help, Action<string> set) =>
        table.Text("checkpoint-dir", '\0', help, v => set(v.Length > 0 ? System.IO.Path.GetFullPath(v) : throw new FormatException("a directory has a name")), offers: Completion.File);
}
