using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Rootless;

namespace Inro.Cli.Verbs;

/// <summary>Reads a verb's arguments, runs it, and turns what it throws into text and an exit status.</summary>
internal static class VerbRunner
{
    public static int Run(Verb verb, ReadOnlySpan<string> arguments, Session session)
    {
        FlagTable table = new();
        verb.AddFlags(table);
        ParsedArguments parsed = ArgumentReader.Read(table, arguments, verb.FlagsAfterOperands);
        if (parsed.WantsHelp)
        {
            Screen.Write(HelpText.Of(verb));
            return ExitStatus.Success;
        }

        bool isSelected = verb.Selection is { IsUsed: true };
        if (isSelected) { verb.Selection!.Check(parsed.Operands.Count); } // not null: it is used

        CheckCount(verb, parsed.Operands.Count + (isSelected ? 1 : 0));
        if (verb.NeedsIds && RootlessEntry.IsNeeded) { return RootlessEntry.Run(Environment.GetCommandLineArgs(), session.Paths.Run); }

        if (verb.RunsCommand) { session.Words = [.. arguments]; }

        return verb.Run(isSelected ? verb.Selection!.Before(parsed.Operands, session) : parsed.Operands, session);
    }

    private static void CheckCount(Verb verb, int count)
    {
        if (count >= verb.LeastOperands && count <= verb.MostOperands) { return; }

        string wanted = (verb.LeastOperands, verb.MostOperands) switch
        {
            (_, 0) => "accepts no arguments",
            (var least, var most) when least == most => $"requires exactly {Arguments(least)}",
            (var least, _) when count < least => $"requires at least {Arguments(least)}",
            (_, var most) => $"requires at most {Arguments(most)}",
        };
        throw new UsageException($"\"inro {verb.Path}\" {wanted}", ExitStatus.Failure) { ShowUsage = true };
    }

    private static string Arguments(int count) => count == 1 ? "1 argument" : $"{count} arguments";
}
