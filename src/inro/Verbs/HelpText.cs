using System.Text;
using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary>Help in the shape that docker prints.</summary>
internal static class HelpText
{
    /// <summary>The help of one verb.</summary>
    public static string Of(Verb verb)
    {
        StringBuilder text = new($"Usage:  inro {verb.Path} {verb.Usage}".TrimEnd());
        text.Append("\n\n").Append(verb.Summary).Append('\n');
        if (verb.Aliases.Length > 0)
        {
            text.Append("\nAliases:\n  ").AppendJoin(", ", verb.Aliases.Select(static a => "inro " + a)).Append('\n');
        }

        FlagTable table = new();
        verb.AddFlags(table);
        AppendFlags(text, table, "Options");
        if (verb.Examples.Length > 0)
        {
            text.Append("\nExamples:\n");
            foreach (string example in verb.Examples) { text.Append("  ").Append(example).Append('\n'); }
        }

        return text.ToString();
    }

    /// <summary>The help of the program, or of a group such as <c>container</c>.</summary>
    public static string OfGroup(VerbGroup group, FlagTable globals)
    {
        StringBuilder text = new(group.Path.Length == 0
            ? "Usage:  inro [OPTIONS] COMMAND\n\nContainers without a daemon: run, build and look after them from one program\n"
            : $"Usage:  inro {group.Path} COMMAND\n\n{group.Summary}\n");
        Verb[] verbs = [.. group.Names.Select(group.Find).OfType<Verb>().OrderBy(static v => v.Path, StringComparer.Ordinal)];
        int width = verbs.Select(static v => LastWord(v.Path).Length).Concat(group.Groups.Select(static g => g.Length)).Max() + 2;
        text.Append("\nCommands:\n");
        foreach (Verb verb in verbs) { text.Append("  ").Append(LastWord(verb.Path).PadRight(width)).Append(verb.Summary).Append('\n'); }

        if (group.Groups.Length > 0)
        {
            text.Append("\nManagement Commands:\n");
            foreach (string name in group.Groups) { text.Append("  ").Append(name.PadRight(width)).Append(VerbGroup.Of(name)!.Summary).Append('\n'); }
        }

        if (group.Path.Length == 0) { AppendFlags(text, globals, "Global Options"); }

        string path = group.Path.Length == 0 ? "inro" : "inro " + group.Path;
        return text.Append($"\nRun '{path} COMMAND --help' for more information on a command.\n").ToString();
    }

    private static void AppendFlags(StringBuilder text, FlagTable table, string heading)
    {
        Flag[] flags = [.. table.Flags.Where(static f => !f.IsHidden).OrderBy(static f => f.Name, StringComparer.Ordinal)];
        if (flags.Length == 0) { return; }

        int width = flags.Max(static f => Left(f).Length) + 3;
        text.Append('\n').Append(heading).Append(":\n");
        foreach (Flag flag in flags)
        {
            text.Append(Left(flag).PadRight(width)).Append(flag.Help);
            if (flag.Default is not null) { text.Append(" (default ").Append(flag.Default).Append(')'); }

            text.Append('\n');
        }
    }

    private static string Left(Flag flag)
    {
        string letter = flag.Letter == '\0' ? "      " : $"  -{flag.Letter}, ";
        return $"{letter}--{flag.Name}{(flag.ValueName.Length == 0 ? "" : " " + flag.ValueName)}";
    }

    private static string LastWord(string path) => path[(path.LastIndexOf(' ') + 1)..];
}
