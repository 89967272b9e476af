using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs;

/// <summary><c>inro completion SHELL</c>.</summary>
internal sealed class CompletionVerb : Verb
{
    public override string Usage => "bash|zsh|fish";

    public override string Summary => "Generate the autocompletion script for the specified shell";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Of("bash", "zsh", "fish");

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        Screen.Write(CompletionScripts.Of(operands[0])
            ?? throw new UsageException($"unknown shell '{operands[0]}': bash, zsh and fish are known", ExitStatus.Failure) { ShowUsage = true });
        return ExitStatus.Success;
    }
}
