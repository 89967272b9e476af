using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary>One verb of the program. Its properties are the whole of its help, its grammar and its completion.</summary>
internal abstract class Verb
{
    /// <summary>The words that lead here, as the usage line shows them: <c>run</c>, <c>container ls</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What follows the path in the usage line: <c>[OPTIONS] IMAGE [COMMAND] [ARG...]</c>.</summary>
    public abstract string Usage { get; }

    /// <summary>One line.</summary>
    public abstract string Summary { get; }

    /// <summary>All paths that lead here, where there are several.</summary>
    public virtual string[] Aliases => [];

    /// <summary>Whole command lines that show it at work.</summary>
    public virtual string[] Examples => [];

    /// <summary>False where the operands carry a command: its flags are not ours.</summary>
    public virtual bool FlagsAfterOperands => true;

    /// <summary>True where 125, 126 and 127 mean what they mean for docker run.</summary>
    public virtual bool RunsCommand => false;

    /// <summary>Exit status when it fails before, and not because of, a container's command.</summary>
    public virtual int OwnFailure => RunsCommand ? ExitStatus.Refused : ExitStatus.Failure;

    /// <summary>True where an ordinary user must first enter a user namespace that has the ids of images: the verb handles a container's files or processes.</summary>
    public virtual bool NeedsIds => false;

    /// <summary>Least number of operands.</summary>
    public virtual int LeastOperands => 0;

    /// <summary>Greatest number of operands.</summary>
    public virtual int MostOperands => int.MaxValue;

    /// <summary>Flags that choose containers in the place of operands; null: it has none.</summary>
    public virtual ContainerSelection? Selection => null;

    /// <summary>What a shell may offer as an operand.</summary>
    public virtual Completion Offers => Completion.None;

    /// <summary>Adds the verb's flags to the table that parser, help and completion share.</summary>
    public virtual void AddFlags(FlagTable table)
    {
    }

    /// <summary>Does it.</summary>
    /// <param name="operands">What is left when the flags are read; its number is checked.</param>
    /// <param name="session">The engine, made when first used.</param>
    /// <returns>The exit status.</returns>
    public abstract int Run(IReadOnlyList<string> operands, Session session);
}
