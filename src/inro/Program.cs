using System.Runtime.CompilerServices;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Cli.Verbs;
using Inro.Cli.Verbs.Internal;
using Inro.Engine.Shim;
using Inro.Server;

namespace Inro.Cli;

/// <summary>The one program under its two names. Nothing is touched before it is known to be needed: start-up is a promise.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        ReadOnlySpan<char> name = Environment.GetCommandLineArgs()[0];
        if (name[(name.LastIndexOf('/') + 1)..] is "inro-oci") { return Oci(arguments); }

        return arguments switch
        {
            ["oci", ..] => Oci(arguments[1..]), // where the program's name cannot be chosen
            ["internal", "shim", var directory] => Shim(directory),
            ["internal", _, ..] => InternalVerbs.Run(arguments),
            _ => Product(arguments),
        };
    }

    private static int Product(string[] arguments)
    {
        GlobalFlags globals = new();
        Verb? verb = null;
        try
        {
            ParsedArguments parsed = ArgumentReader.Read(globals.Table, arguments, flagsAfterOperands: false);
            if (globals.WantsVersion)
            {
                Screen.WriteLine($"Inro version {ProductVersion.Text}");
                return ExitStatus.Success;
            }

            string[] words = [.. parsed.Operands];
            VerbGroup group = VerbGroup.Root;
            int at = 0;
            if (words.Length > 0 && VerbGroup.Of(words[0]) is { } below)
            {
                group = below;
                at = 1;
            }

            if (parsed.WantsHelp || at == words.Length || words[at] is "--help" or "-h")
            {
                Screen.Write(HelpText.OfGroup(group, globals.Table));
                return ExitStatus.Success;
            }

            verb = group.Find(words[at]) ?? throw Unknown(group, words[at]);
            using Session session = new(globals);
            return VerbRunner.Run(verb, words.AsSpan(at + 1), session);
        }
        catch (Exception failure)
        {
            return Failures.Report(failure, verb, globals.IsDebug);
        }
    }

    private static UsageException Unknown(VerbGroup group, string word)
    {
        string command = group.Path.Length == 0 ? "inro" : $"inro {group.Path}";
        return new UsageException($"unknown command: {command} {word}", ExitStatus.Failure);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Shim(string directory) => ShimProcess.Run(directory);

    // Kept out of Main's body, so that no type of the runtime's is prepared for other verbs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Oci(string[] arguments) => Verbs.Oci.OciCommand.Run(arguments);
}
