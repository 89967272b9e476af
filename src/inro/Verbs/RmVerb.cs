using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro rm</c>.</summary>
internal sealed class RmVerb : EachVerb
{
    private readonly ContainerSelection selection = new(static _ => true);
    private bool depend;
    private bool force;
    private long? graceSeconds;
    private bool link;
    private bool volumes;

    public override string Summary => "Remove one or more containers";

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container rm", "container remove", "rm"];

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("depend", '\0', "Remove first the containers that join its namespaces, take its volumes or require it", v => depend = v)
            .Switch("force", 'f', "Force the removal of a running container (uses SIGKILL)", v => force = v)
            .Switch("link", 'l', "Remove the specified link", v => link = v)
            .Number("time", 't', "Seconds to wait for a running container to stop before it is killed; stands for --force, too", v => graceSeconds = v, least: -1, most: int.MaxValue)
            .Switch("volumes", 'v', "Remove anonymous volumes associated with the container", v => volumes = v);
        selection.AddAll(table, filterLetter: '\0').AddLatest(table, letter: '\0').AddFile(table).AddIgnore(table, 'i');
    }

    protected override string Apply(string operand, Session session)
    {
        if (link) { throw new EngineException(ErrorCode.InvalidArgument, $"cannot remove link {operand}: links belong to the default bridge of docker, which is not there", "connect containers by a network, where names are known"); }

        ContainerRecord container = session.Containers.Find(operand);
        if (depend)
        {
            foreach (ContainerRecord dependent in session.Containers.DependentsOf(container.Id)) { Remove(dependent.Id, session); }
        }

        Remove(container.Id, session);
        return operand;
    }

    private void Remove(string id, Session session)
    {
        if (graceSeconds is { } seconds)
        {
            try { session.Containers.Stop(id, signal: null, TimeSpan.FromSeconds(seconds)); }
            catch (EngineException stopped) when (stopped.Code is ErrorCode.NotModified or ErrorCode.NotFound) { /* as wanted */ }
        }

        try { session.Containers.Remove(id, new RemoveOptions(force || graceSeconds is not null, volumes)); }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound && graceSeconds is not null) { /* it was one with --rm */ }
    }
}
