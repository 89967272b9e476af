using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume rm</c>: volumes and their content.</summary>
internal sealed class VolumeRmVerb : Verb
{
    private bool isForced;
    private bool all;
    private long? graceSeconds;

    public override string Usage => "[OPTIONS] VOLUME [VOLUME...]";

    public override string Summary => "Remove one or more volumes";

    public override string[] Aliases => ["volume rm", "volume remove"];

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Volume;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", 'a', "Remove all volumes that no container uses", v => all = v)
        .Switch("force", 'f', "Force the removal of one or more volumes", v => isForced = v)
        .Number("time", 't', "Seconds to wait for running containers to stop before they are killed; they are removed with the volume", v => graceSeconds = v, least: -1, most: int.MaxValue);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (!all && operands.Count == 0) { throw new UsageException("\"inro volume rm\" requires at least 1 argument", ExitStatus.Failure) { ShowUsage = true }; }

        int status = ExitStatus.Success;
        VolumeCatalog volumes = session.Volumes;
        foreach (string name in all ? volumes.List([new("dangling", "true")]).Select(static v => v.Name) : operands)
        {
            try
            {
                if (graceSeconds is { } seconds) { RemoveUsers(name, TimeSpan.FromSeconds(seconds), session); }

                volumes.Remove(name, isForced);
                Screen.WriteLine(name);
            }
            catch (EngineException failure)
            {
                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatus.Failure;
            }
        }

        return status;
    }

    private static void RemoveUsers(string name, TimeSpan grace, Session session)
    {
        foreach (string id in session.Volumes.UsersOf(name))
        {
            try { session.Containers.Stop(id, signal: null, grace); }
            catch (EngineException stopped) when (stopped.Code is ErrorCode.NotModified or ErrorCode.NotFound) { /* as wanted */ }

            try { session.Containers.Remove(id, new RemoveOptions(Force: true, Volumes: false)); }
            catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { /* as wanted */ }
        }
    }
}
