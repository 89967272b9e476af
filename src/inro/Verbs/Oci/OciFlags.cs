namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags and operands after the verb; flags come first, as in runc.</summary>
internal ref struct OciFlags(string verb, ReadOnlySpan<string> arguments)
{
    private readonly ReadOnlySpan<string> words = arguments;
    private int next;
    private string? value;

    /// <summary>Moves to the next flag, without its dashes; false at the first operand or the end.</summary>
    public bool NextFlag(out string name)
    {
        name = "";
        if (next == words.Length || words[next].Length < 2 || words[next][0] != '-') { return false; }

        string argument = words[next++];
        if (argument == "--") { return false; }

        name = argument.TrimStart('-');
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        value = equals < 0 ? null : name[(equals + 1)..];
        if (equals >= 0) { name = name[..equals]; }

        return true;
    }

    /// <summary>The value of the flag.</summary>
    public string Value(string name)
    {
        if (value is not null) { return value; }

        return next < words.Length ? words[next++] : throw new OciUsageException($"flag needs an argument: --{name}");
    }

    /// <summary>The value of a flag that is a switch.</summary>
    public readonly bool Switch() => value is null or "true";

    /// <summary>What an unknown flag is answered with.</summary>
    public readonly OciUsageException Unknown(string name) => new($"{verb}: flag provided but not defined: -{name}");

    /// <summary>The next operand.</summary>
    public string Operand(string what) => next < words.Length ? words[next++] : throw new OciUsageException($"{verb}: {what} is missing");

    /// <summary>The next operand, or another value.</summary>
    public string OperandOr(string otherwise) => next < words.Length ? words[next++] : otherwise;

    /// <summary>All operands that are left.</summary>
    public string[] Rest()
    {
        string[] rest = [.. words[next..]];
        next = words.Length;
        return rest;
    }

    /// <summary>Makes sure that no operand is left.</summary>
    public readonly void End()
    {
        if (next < words.Length) { throw new OciUsageException($"{verb}: unexpected argument: {words[next]}"); }
    }
}
