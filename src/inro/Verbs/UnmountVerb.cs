using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Archives;

namespace Inro.Cli.Verbs;

/// <summary><c>inro unmount</c>: the opposite of <c>mount</c>; podman's flags, output and exit status.</summary>
internal sealed class UnmountVerb : Verb
{
    private readonly ContainerSelection selection = new(states: null);
    private bool all;
    private bool force;

    public override string Usage => "[OPTIONS] CONTAINER [CONTAINER...]";

    public override string Summary => "Unmount containers' root file systems: each as often as it was mounted";

    public override string[] Aliases => ["container unmount", "container umount", "unmount", "umount"];

    public override ContainerSelection? Selection => selection;

    public override int OwnFailure => ExitStatus.Refused;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("all", 'a', "Unmount all containers that are mounted", v => all = v)
            .Switch("force", 'f', "Unmount, however often it was mounted", v => force = v);
        selection.AddLatest(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageMountVerb.RequireNamespace("unmount", "container");
        if (all && operands.Count > 0) { throw ImageMountVerb.BothGiven("container"); }

        if (!all && operands.Count == 0) { throw new EngineException(ErrorCode.InvalidArgument, "container name or ID must be specified", "inro mount lists those that are mounted; --all means all of them"); }

        var service = new ContainerMountService(session.Paths, session.Containers);
        if (all)
        {
            foreach (string id in service.UnmountAll(force)) { Screen.WriteLine(id); }

            return ExitStatus.Success;
        }

        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try { Screen.WriteLine(service.Unmount(operand, force) ?? throw new EngineException(ErrorCode.Conflict, $"container {operand} is not mounted", "inro mount lists those that are")); }
            catch (EngineException failure)
            {
                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatuses.Of(failure, RunsCommand, OwnFailure);
            }
        }

        return status;
    }
}
