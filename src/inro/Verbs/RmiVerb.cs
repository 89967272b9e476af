using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary><c>inro rmi</c>: names of images, and images with their last name.</summary>
internal sealed class RmiVerb : Verb
{
    private bool force;
    private Platform? platform;

    public override string Usage => "[OPTIONS] IMAGE [IMAGE...]";

    public override string Summary => "Remove one or more images";

    public override string[] Aliases => ["image rm", "image remove", "rmi"];

    public override int LeastOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table) => table
        .Switch("force", 'f', "Force removal of the image", v => force = v)
        .Switch("no-prune", '\0', "Do not delete untagged parents (there are none)", static _ => { })
        .Platform("Remove only if the image is for this platform", v => platform = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try
            {
                if (platform is not null) { session.Images.Resolve(operand, platform); }

                foreach (string line in session.Images.Remove(operand, force)) { Screen.WriteLine(line); }
            }
            catch (EngineException missing) when (force && missing.Code == ErrorCode.NotFound)
            {
                Failures.Tell(missing.Problem, remedy: null);
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
