using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs;

/// <summary><c>inro help [COMMAND]</c>.</summary>
internal sealed class HelpVerb : Verb
{
    public override string Usage => "[COMMAND]";

    public override string Summary => "Help about the command";

    public override Completion Offers => Completion.Of(VerbGroup.Root.Names);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        VerbGroup group = VerbGroup.Root;
        foreach (string word in operands)
        {
            if (group.Path.Length == 0 && VerbGroup.Of(word) is { } below)
            {
                group = below;
                continue;
            }

            Verb verb = group.Find(word) ?? throw new UsageException($"unknown help topic: {string.Join(' ', operands)}", ExitStatus.Failure);
            Screen.Write(HelpText.Of(verb));
            return ExitStatus.Success;
        }

        Screen.Write(HelpText.OfGroup(group, new GlobalFlags().Table));
        return ExitStatus.Success;
    }
}
