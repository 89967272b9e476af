using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary>What may stand at the end of a command line that is being typed.</summary>
/// <param name="Completion">Where the offers come from.</param>
/// <param name="Prefix">What stands before the offered part in the same word: <c>--pull=</c>.</param>
/// <param name="Flags">Flags that may stand here, where a flag is being typed.</param>
internal readonly record struct Offer(Completion Completion, string Prefix, IReadOnlyList<Flag> Flags);

/// <summary>Reads a half-typed command line with the same tables that the parser reads.</summary>
internal static class Completer
{
    /// <param name="words">The words before the cursor, without the program's name; the last one is being typed and may be empty.</param>
    public static Offer Complete(ReadOnlySpan<string> words)
    {
        FlagTable table = new GlobalFlags().Table;
        Verb? verb = null;
        VerbGroup group = VerbGroup.Root;
        int operands = 0;
        for (int i = 0; i < words.Length - 1; i++)
        {
            string word = words[i];
            bool isFlag = word.Length > 1 && word[0] == '-' && (verb is null || verb.FlagsAfterOperands || operands == 0);
            if (word == "--") { return new Offer(verb?.Offers ?? Completion.None, "", []); }

            if (isFlag)
            {
                if (ValueOwner(table, word) is not { } owner) { continue; }

                if (i == words.Length - 2) { return new Offer(owner.Offers, "", []); }

                i++;
            }
            else if (verb is not null)
            {
                operands++;
            }
            else if (group.Path.Length == 0 && VerbGroup.Of(word) is { } below)
            {
                group = below;
            }
            else
            {
                verb = group.Find(word);
                if (verb is null) { return new Offer(Completion.None, "", []); }

                table = new FlagTable();
                verb.AddFlags(table);
            }
        }

        return Last(words.IsEmpty ? "" : words[^1], table, group, verb, operands);
    }

    private static Offer Last(string word, FlagTable table, VerbGroup group, Verb? verb, int operands)
    {
        bool mayBeFlag = verb is null || verb.FlagsAfterOperands || operands == 0;
        if (word.StartsWith('-') && mayBeFlag)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 2) { return new Offer(Completion.None, "", [.. table.Flags.Where(static f => !f.IsHidden)]); }

            Flag? flag = table.Find(word.AsSpan(2, equals - 2));
            return new Offer(flag?.Offers ?? Completion.None, word[..(equals + 1)], []);
        }

        if (verb is null) { return new Offer(Completion.Of([.. group.Names, .. group.Groups]), "", []); }

        // After the image or container of run and exec comes a command of the container's, of which the host knows nothing.
        bool isOpen = verb.FlagsAfterOperands ? operands < verb.MostOperands : operands == 0;
        return new Offer(isOpen ? verb.Offers : Completion.None, "", []);
    }

    /// <summary>The flag whose value must be the next word, or null.</summary>
    private static Flag? ValueOwner(FlagTable table, string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            Flag? named = word.Contains('=', StringComparison.Ordinal) ? null : table.Find(word.AsSpan(2));
            return named is { IsSwitch: false } ? named : null;
        }

        for (int at = 1; at < word.Length; at++)
        {
            if (table.Find(word[at]) is { IsSwitch: false } flag) { return at == word.Length - 1 ? flag : null; }
        }

        return null;
    }
}
