using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image pin</c> and <c>unpin</c>: images that no policy and no prune removes.</summary>
internal sealed class ImagePinVerb : Verb
{
    /// <summary>False for <c>unpin</c>.</summary>
    public required bool Pins { get; init; }

    public override string Usage => "IMAGE [IMAGE...]";

    public override string Summary => Pins ? "Keep images from every policy and prune; rmi still removes them" : "Let policies and prunes remove images again";

    public override int LeastOperands => 1;

    public override Completion Offers => Completion.Image;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try
            {
                session.Images.Pin(operand, Pins);
                Screen.WriteLine(operand);
            }
            catch (EngineException failure)
            {
                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatuses.Of(failure, RunsCommand, OwnFailure);
            }
        }

        return status;
    }
}
