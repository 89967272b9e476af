using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Mounts;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image unmount</c>: the opposite of <c>mount</c>; podman's flags, output and exit status.</summary>
internal sealed class ImageUnmountVerb : Verb
{
    private bool all;
    private bool force;

    public override string Usage => "[OPTIONS] IMAGE [IMAGE...]";

    public override string Summary => "Unmount images' file systems: each as often as it was mounted";

    public override string[] Aliases => ["image unmount", "image umount"];

    public override int OwnFailure => ExitStatus.Refused;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", 'a', "Unmount all images that are mounted", v => all = v)
        .Switch("force", 'f', "Unmount, however often it was mounted", v => force = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageMountVerb.RequireNamespace("unmount");
        if (all && operands.Count > 0) { throw ImageMountVerb.BothGiven(); }

        if (!all && operands.Count == 0) { throw new EngineException(ErrorCode.InvalidArgument, "image name or ID must be specified", "inro image mount lists those that are mounted; --all means all of them"); }

        var service = new ImageMountService(session.Paths, session.Images);
        if (!all) { return UnmountEach(operands, service); }

        foreach (string id in service.UnmountAll(force)) { Screen.WriteLine(id[7..]); }

        return ExitStatus.Success;
    }

    private int UnmountEach(IReadOnlyList<string> operands, ImageMountService service)
    {
        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try
            {
                if (service.Unmount(operand, force) is { } id) { Screen.WriteLine(id[7..]); }
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
