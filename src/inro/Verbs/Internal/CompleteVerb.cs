using System.Text;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal complete WORD...</c>: answers the scripts of <see cref="CompletionScripts"/>.</summary>
internal static class CompleteVerb
{
    public static int Run(ReadOnlySpan<string> words)
    {
        Offer offer = Completer.Complete(words);
        string typed = words.IsEmpty ? "" : words[^1];
        StringBuilder text = new();
        foreach (Flag flag in offer.Flags) { Append(text, "--" + flag.Name, flag.Help, typed); }

        switch (offer.Completion.Kind)
        {
            case CompletionKind.File: text.Append(":file\n"); break;
            case CompletionKind.Directory: text.Append(":directory\n"); break;
            default:
                foreach ((string name, string help) in Names(offer.Completion, words)) { Append(text, offer.Prefix + name, help, typed); }

                break;
        }

        Screen.Write(text.ToString());
        return ExitStatus.Success;
    }

    private static IEnumerable<(string Name, string Help)> Names(Completion completion, ReadOnlySpan<string> words) => completion.Kind switch
    {
        CompletionKind.Words => completion.Words.Select(static w => (w, Summary(w))),
        CompletionKind.Volume => Of(words, static s => s.Volumes.List([]).Select(static v => (v.Name, v.Driver))),
        CompletionKind.Secret => Of(words, static s => s.Secrets.List().Select(static v => (v.Name, v.Id))),
        _ => [],
    };

    /// <summary>Names in the instance that the line is about; none where there is no instance yet.</summary>
    private static (string Name, string Help)[] Of(ReadOnlySpan<string> words, Func<Session, IEnumerable<(string Name, string Help)>> list)
    {
        string? root = null;
        for (int i = 0; i < words.Length - 1; i++)
        {
            if (words[i] == "--root") { root = words[i + 1]; }
            else if (words[i].StartsWith("--root=", StringComparison.Ordinal)) { root = words[i]["--root=".Length..]; }
        }

        InstancePaths paths = InstancePaths.Of(root);
        if (!File.Exists(paths.Database)) { return []; }

        using Session session = InternalVerbs.Open(paths.Root);
        return [.. list(session)];
    }

    private static string Summary(string word) => VerbGroup.Root.Find(word)?.Summary ?? VerbGroup.Of(word)?.Summary ?? "";

    private static void Append(StringBuilder text, string word, string help, string typed)
    {
        if (!word.StartsWith(typed, StringComparison.Ordinal)) { return; }

        text.Append(word);
        if (help.Length > 0) { text.Append('\t').Append(help); }

        text.Append('\n');
    }
}
