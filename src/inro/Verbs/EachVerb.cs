using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;

namespace Inro.Cli.Verbs;

/// <summary>A verb that does the same to each of its operands and goes on after a failure.</summary>
internal abstract class EachVerb : Verb
{
    public override string Usage => "[OPTIONS] CONTAINER [CONTAINER...]";

    public override int LeastOperands => 1;

    public override Completion Offers => Completion.Container;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try
            {
                Screen.WriteLine(Apply(operand, session));
            }
            catch (EngineException missing) when (missing.Code == ErrorCode.NotFound && Selection is { IgnoresMissing: true }) { /* as was asked */ }
            catch (EngineException failure)
            {
                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatuses.Of(failure, RunsCommand, OwnFailure);
            }
        }

        return status;
    }

    /// <summary>Does it to one, and returns the line to print: the operand as it was typed.</summary>
    protected abstract string Apply(string operand, Session session);
}
