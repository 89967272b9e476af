namespace Inro.Cli.Arguments;

/// <summary>What a shell may offer in a place of the command line.</summary>
internal enum CompletionKind
{
    /// <summary>Nothing can be offered.</summary>
    None,

    /// <summary>One of <see cref="Completion.Words"/>.</summary>
    Words,

    /// <summary>A file of the host.</summary>
    File,

    /// <summary>A directory of the host.</summary>
    Directory,

    /// <summary>A name of any container.</summary>
    Container,

    /// <summary>A name of a running container.</summary>
    RunningContainer,

    /// <summary>An image reference that is in the store.</summary>
    Image,

    /// <summary>A name of a volume.</summary>
    Volume,

    /// <summary>A name of a secret.</summary>
    Secret,
}

/// <summary>What a shell may offer as the value of a flag or as an operand.</summary>
/// <param name="Kind">Where the offers come from.</param>
/// <param name="Words">The offers themselves for <see cref="CompletionKind.Words"/>.</param>
internal readonly record struct Completion(CompletionKind Kind, string[] Words)
{
    public static Completion None => new(CompletionKind.None, []);

    public static Completion File => new(CompletionKind.File, []);

    public static Completion Directory => new(CompletionKind.Directory, []);

    public static Completion Container => new(CompletionKind.Container, []);

    public static Completion RunningContainer => new(CompletionKind.RunningContainer, []);

    public static Completion Image => new(CompletionKind.Image, []);

    public static Completion Volume => new(CompletionKind.Volume, []);

    public static Completion Secret => new(CompletionKind.Secret, []);

    public static Completion Of(params string[] words) => new(CompletionKind.Words, words);
}
