namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags and operands after the verb; flags come first, as in runc.</summary>
internal ref struct OciFlags(string verb, ReadOnlySpan<string> arguments)
{
    private readonly ReadOnlySpan<string> _arguments = arguments;
    private int _next;
    private string? _value;

    /// <summary>Moves to the next flag, without its dashes; false at the first operand or the end.</summary>
    public bool NextFlag(out string name)
    {
        name = "";
        if (_next == _arguments.Length || _arguments[_next].Length < 2 || _arguments[_next][0] != '-') { return false; }

        string argument = _arguments[_next++];
        if (argument == "--") { return false; }

        name = argument.TrimStart('-');
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        _value = equals < 0 ? null : name[(equals + 1)..];
        if (equals >= 0) { name = name[..equals]; }

        return true;
    }

    /// <summary>The value of the flag.</summary>
    public string Value(string name)
    {
        if (_value is not null) { return _value; }

        return _next < _arguments.Length ? _arguments[_next++] : throw new OciUsageException($"flag needs an argument: --{name}");
    }

    /// <summary>The value of a flag that is a switch.</summary>
    public readonly bool Switch() => _value is null or "true";

    /// <summary>What an unknown flag is answered with.</summary>
    public readonly OciUsageException Unknown(string name) => new($"{verb}: flag provided but not defined: -{name}");

    /// <summary>The next operand.</summary>
    public string Operand(string what) => _next < _arguments.Length ? _arguments[_next++] : throw new OciUsageException($"{verb}: {what} is missing");

    /// <summary>The next operand, or another value.</summary>
    public string OperandOr(string otherwise) => _next < _arguments.Length ? _arguments[_next++] : otherwise;

    /// <summary>All operands that are left.</summary>
    public string[] Rest()
    {
        string[] rest = [.. _arguments[_next..]];
        _next = _arguments.Length;
        return rest;
    }

    /// <summary>Makes sure that no operand is left.</summary>
    public readonly void End()
    {
        if (_next < _arguments.Length) { throw new OciUsageException($"{verb}: unexpected argument: {_arguments[_next]}"); }
    }
}
