namespace Inro.Cli.Arguments;

/// <summary>Reads a command line in the grammar that docker's users type without thinking.</summary>
/// <remarks>
/// Long flags <c>--x v</c>, <c>--x=v</c>; switches <c>--x</c>, <c>--x=false</c>; letters in clusters <c>-it</c>,
/// with a value attached <c>-eA=b</c>, <c>-e=A=b</c> or following; <c>--</c> ends the flags.
/// </remarks>
internal static class ArgumentReader
{
    /// <summary>Gives each flag its value and returns what is left.</summary>
    /// <param name="flagsAfterOperands">False for verbs whose operands carry a command: the first operand ends the flags.</param>
    /// <exception cref="UsageException">A flag is unknown, lacks its value or has one that cannot be read.</exception>
    public static ParsedArguments Read(FlagTable table, ReadOnlySpan<string> arguments, bool flagsAfterOperands)
    {
        List<string> operands = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            bool isOperand = argument.Length < 2 || argument[0] != '-';
            if (isOperand && flagsAfterOperands)
            {
                operands.Add(argument);
                continue;
            }

            if (isOperand || argument is "--")
            {
                operands.AddRange(arguments[(isOperand ? i : i + 1)..]);
                break;
            }

            bool goesOn = argument[1] == '-'
                ? ReadLong(table, argument, arguments, ref i)
                : ReadLetters(table, argument, arguments, ref i);
            if (!goesOn) { return new ParsedArguments { WantsHelp = true, Operands = operands }; }
        }

        return new ParsedArguments { Operands = operands };
    }

    private static bool ReadLong(FlagTable table, string argument, ReadOnlySpan<string> arguments, ref int i)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        ReadOnlySpan<char> name = equals < 0 ? argument.AsSpan(2) : argument.AsSpan(2, equals - 2);
        if (name.IsEmpty || name[0] == '-') { throw new UsageException($"bad flag syntax: {argument}"); }

        Flag? flag = table.Find(name);
        if (flag is null)
        {
            return name is "help" ? false : throw new UsageException($"unknown flag: --{name}");
        }

        if (equals >= 0)
        {
            Apply(flag, argument[(equals + 1)..]);
        }
        else
        {
            Apply(flag, flag.ValueWhenBare ?? Next(arguments, ref i, $"--{name}"));
        }

        return true;
    }

    private static bool ReadLetters(FlagTable table, string argument, ReadOnlySpan<string> arguments, ref int i)
    {
        for (int at = 1; at < argument.Length; at++)
        {
            Flag? flag = table.Find(argument[at]);
            if (flag is null)
            {
                return argument[at] == 'h' ? false : throw new UsageException($"unknown shorthand flag: '{argument[at]}' in {argument[..1]}{argument[at..]}");
            }

            string rest = argument[(at + 1)..];
            if (rest.Length > 1 && rest[0] == '=')
            {
                Apply(flag, rest[1..]);
                return true;
            }

            if (flag.ValueWhenBare is { } bare)
            {
                Apply(flag, bare);
                continue;
            }

            Apply(flag, rest.Length > 0 ? rest : Next(arguments, ref i, $"'{argument[at]}' in {argument[..1]}{argument[at..]}"));
            return true;
        }

        return true;
    }

    private static string Next(ReadOnlySpan<string> arguments, ref int i, string flag) =>
        i + 1 < arguments.Length ? arguments[++i] : throw new UsageException($"flag needs an argument: {flag}");

    private static void Apply(Flag flag, string value)
    {
        try
        {
            flag.Set(value);
        }
        catch (FormatException reason)
        {
            throw new UsageException($"invalid argument \"{value}\" for \"{flag.Display}\" flag: {reason.Message}");
        }
    }
}

/// <summary>What is left of a command line once its flags have their values.</summary>
internal sealed record ParsedArguments
{
    /// <summary><c>--help</c> or <c>-h</c> was met; the rest was not read.</summary>
    public bool WantsHelp { get; init; }

    /// <summary>Everything that is not a flag, in order.</summary>
    public required IReadOnlyList<string> Operands { get; init; }
}
