namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags and operands after the verb. As in runc, flags may stand anywhere, unless the operands are another program's arguments.</summary>
internal ref struct OciFlags(string verb, ReadOnlySpan<string> arguments)
{
    private readonly ReadOnlySpan<string> words = arguments;
    private readonly List<string> operands = [];
    private int next;
    private string current = "";
    private string? value;

    /// <summary>Moves to the next flag, without its dashes; false when there is no further one.</summary>
    public bool NextFlag(out string name)
    {
        name = "";
        while (next < words.Length)
        {
            string argument = words[next];
            if (argument == "--")
            {
                next++;
                break;
            }

            if (argument.Length >= 2 && argument[0] == '-')
            {
                next++;
                name = Split(argument);
                return true;
            }

            if (verb is "exec" or "ps") { break; }

            operands.Add(argument);
            next++;
        }

        operands.AddRange(words[next..]);
        next = words.Length;
        return false;
    }

    /// <summary>The value of the flag.</summary>
    public string Value(string name)
    {
        if (value is not null) { return value; }

        return next < words.Length ? words[next++] : throw new OciUsageException($"flag needs an argument: -{name}", verb);
    }

    /// <summary>The value of a flag that is a number.</summary>
    public long Number(string name, long lowest, long highest)
    {
        string text = Value(name);
        return long.TryParse(text, out long number) && number >= lowest && number <= highest ? number : throw Invalid(name, text);
    }

    /// <summary>The value of a flag that is a switch.</summary>
    public readonly bool Switch() => value switch
    {
        null or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new OciUsageException($"invalid boolean value \"{value}\" for -{current}: parse error", verb),
    };

    /// <summary>What a value that cannot be read is answered with.</summary>
    public readonly OciUsageException Invalid(string name, string text) => new($"invalid value \"{text}\" for flag -{name}: parse error", verb);

    /// <summary>What an unknown flag is answered with; help is one.</summary>
    public readonly OciUsageException Unknown(string name) => name is "h" or "help"
        ? new OciUsageException("", verb) { IsHelp = true, Status = 0 }
        : new OciUsageException($"flag provided but not defined: -{name}", verb);

    /// <summary>The operands, of which there must be this many.</summary>
    public readonly string[] Operands(int least, int most)
    {
        int count = operands.Count;
        string? wanted = least == most && count != least ? $"exactly {least}" : count < least ? $"a minimum of {least}" : count > most ? $"a maximum of {most}" : null;
        return wanted is null ? [.. operands] : throw new OciUsageException($"\"{verb}\" requires {wanted} argument(s)", verb);
    }

    /// <summary>The only operand: the container's id.</summary>
    public readonly string Id() => Operands(1, 1)[0];

    private string Split(string argument)
    {
        int dashes = argument.StartsWith("--", StringComparison.Ordinal) ? 2 : 1;
        current = argument[dashes..];
        if (current.Length == 0 || current[0] is '-' or '=') { throw new OciUsageException($"bad flag syntax: {argument}", verb); }

        int equals = current.IndexOf('=', StringComparison.Ordinal);
        value = equals < 0 ? null : current[(equals + 1)..];
        if (equals >= 0) { current = current[..equals]; }

        return current;
    }
}
