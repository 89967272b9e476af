using System.Text;
using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary>Containers that a verb is about without naming them: podman's <c>--all</c>, <c>--latest</c>, <c>--filter</c> and <c>--cidfile</c>.</summary>
/// <param name="states">Which of all containers are meant by <c>--all</c> and <c>--filter</c>; null: the verb takes one container.</param>
internal sealed class ContainerSelection(Predicate<ContainerState>? states)
{
    private const int MaxIdFileBytes = 4096;

    private readonly FilterFlag filter = new("ancestor", "before", "exited", "health", "id", "label", "name", "network", "since", "status", "volume");
    private readonly List<string> files = [];
    private bool all;
    private bool latest;

    /// <summary>A container that is not there is no failure.</summary>
    public bool IgnoresMissing { get; private set; }

    /// <summary>More operands may follow the container: a command, a port.</summary>
    public bool LeavesOperands { get; init; }

    /// <summary>Some of the flags was given.</summary>
    public bool IsUsed => all || latest || files.Count > 0 || filter.Conditions.Count > 0;

    /// <summary>Those that run, and those that stand still.</summary>
    public static bool Running(ContainerState state) => state is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting;

    /// <summary>Adds <c>--latest</c>.</summary>
    public ContainerSelection AddLatest(FlagTable table, char letter = 'l')
    {
        table.Switch("latest", letter, "Act on the container that was made last", v => latest = v);
        return this;
    }

    /// <summary>Adds <c>--all</c> and <c>--filter</c>.</summary>
    public ContainerSelection AddAll(FlagTable table, char filterLetter = 'f', char letter = 'a')
    {
        table.Switch("all", letter, "Act on all containers that it can be done to", v => all = v);
        filter.AddTo(table, filterLetter);
        return this;
    }

    /// <summary>Adds <c>--cidfile</c>.</summary>
    public ContainerSelection AddFile(FlagTable table)
    {
        table.List("cidfile", '\0', "Read the container's ID from the file", files.Add, offers: Completion.File);
        return this;
    }

    /// <summary>Adds <c>--ignore</c>.</summary>
    public void AddIgnore(FlagTable table, char letter) => table.Switch("ignore", letter, "A container that is not there is no error", v => IgnoresMissing = v);

    /// <summary>Refuses what contradicts itself, before anything is looked at.</summary>
    /// <exception cref="UsageException">Containers are chosen in two ways.</exception>
    public void Check(int operands)
    {
        if (Convert.ToInt32(all) + Convert.ToInt32(latest) + Convert.ToInt32(files.Count > 0) > 1 || (latest && filter.Conditions.Count > 0))
        {
            throw new UsageException("--all, --latest, --filter and --cidfile cannot be used together", ExitStatus.Failure);
        }

        if (operands > 0 && !LeavesOperands)
        {
            throw new UsageException(latest ? "--latest and containers cannot be used together" : files.Count > 0 ? "--cidfile and containers cannot be used together" : "no arguments are needed with --all or --filter", ExitStatus.Failure);
        }
    }

    /// <summary>The chosen containers' ids before what else was typed.</summary>
    public IReadOnlyList<string> Before(IReadOnlyList<string> operands, Session session) => [.. Chosen(session), .. operands];

    /// <summary>Id of the container that was made last.</summary>
    /// <exception cref="EngineException">NotFound: there is none.</exception>
    public static string Latest(Session session) =>
        session.Containers.List(new ContainerFilter { Last = 1 }) is [var newest] ? newest.Id : throw new EngineException(ErrorCode.NotFound, "there is no container", "inro create makes one");

    private IEnumerable<string> Chosen(Session session)
    {
        if (files.Count > 0) { return files.Select(Read).Where(static id => id.Length > 0); }

        if (latest) { return [Latest(session)]; }

        return session.Containers.List(new ContainerFilter { All = true, Conditions = filter.Conditions }).Where(c => states?.Invoke(c.State) != false).Select(static c => c.Id);
    }

    private string Read(string file)
    {
        if (IgnoresMissing && !File.Exists(file)) { return ""; }

        try { return Encoding.UTF8.GetString(HostPath.ReadSmall(file, MaxIdFileBytes)).Split('\n')[0].Trim() is { Length: > 0 } id ? id : throw new FormatException($"{file} is empty"); }
        catch (FormatException unreadable) { throw new EngineException(ErrorCode.InvalidArgument, $"reading CIDFile: {unreadable.Message}", "name the file that run or create wrote with --cidfile", unreadable); }
    }
}
