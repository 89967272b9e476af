namespace Inro.Cli.Arguments;

/// <summary>One flag: the parser, the help text and the shell completion all read this record.</summary>
internal sealed record Flag
{
    /// <summary>Long name without dashes.</summary>
    public required string Name { get; init; }

    /// <summary>One letter, or NUL where the flag has only its long name.</summary>
    public char Letter { get; init; }

    /// <summary>What the help shows after the name ("bytes", "list"); empty for a switch.</summary>
    public string ValueName { get; init; } = "";

    /// <summary>One line for the help, in docker's words for docker's flags.</summary>
    public required string Help { get; init; }

    /// <summary>The default as the help shows it, quoted where it is text; null where it shows none.</summary>
    public string? Default { get; init; }

    /// <summary>Takes the value as typed. Throws <see cref="FormatException"/> with the reason when it cannot be read.</summary>
    public required Action<string> Set { get; init; }

    /// <summary>What the value means when the flag stands alone; null if a value must follow.</summary>
    public string? ValueWhenBare { get; init; }

    /// <summary>What a shell may offer for the value.</summary>
    public Completion Offers { get; init; }

    /// <summary>Accepted, but shown neither in the help nor in completion.</summary>
    public bool IsHidden { get; init; }

    /// <summary>True when no value follows as an argument of its own.</summary>
    public bool IsSwitch => ValueWhenBare is not null;

    /// <summary>The flag as messages name it: <c>-m, --memory</c>.</summary>
    public string Display => Letter == '\0' ? $"--{Name}" : $"-{Letter}, --{Name}";
}
