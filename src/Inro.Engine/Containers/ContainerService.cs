namespace Inro.Engine.Containers;

/// <summary>Containers: made, started, looked at, ended, removed. All policy of a single host passes through here.</summary>
/// <remarks>
/// Calls are plain: none takes longer than a few milliseconds, except those that take a deadline.
/// Every call throws <see cref="EngineException"/> with docker's wording where docker has one.
/// Parts: <c>ContainerService.Create.cs</c>, <c>.Start.cs</c>, <c>.End.cs</c>, <c>.Remove.cs</c>, <c>.Find.cs</c>.
/// </remarks>
public sealed partial class ContainerService
{
    /// <summary>Makes a container, ready to start.</summary>
    /// <exception cref="EngineException">NotFound: no such image (the caller may pull and try again). AlreadyExists: the name is taken.
    /// InvalidArgument: the configuration contradicts itself.</exception>
    public CreatedContainer Create(ContainerConfig config) => throw NotYet(config.Image);

    /// <summary>Starts a container and returns when its process runs.</summary>
    /// <exception cref="EngineException">With <see cref="EngineException.CommandStatus"/> 126 or 127 where the command is at fault.</exception>
    public void Start(string id) => throw NotYet(id);

    /// <summary>Containers, newest first. Takes no lock.</summary>
    public IReadOnlyList<ContainerRecord> List(ContainerFilter filter) => throw NotYet(filter.Last.ToString());

    /// <summary>The container with this full id, name (with or without the slash) or unambiguous beginning of an id, in that order.</summary>
    /// <exception cref="EngineException">NotFound: <c>No such container: x</c>. InvalidArgument: several ids begin so.</exception>
    public ContainerRecord Find(string nameOrId) => throw NotYet(nameOrId);

    /// <summary>Asks the container to end: its stop signal, then, after the grace, KILL. Returns when it has ended.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="signal">Null: the container's own.</param>
    /// <param name="grace">Null: the container's own; negative: without end.</param>
    /// <exception cref="EngineException">NotModified: it does not run.</exception>
    public void Stop(string id, string? signal, TimeSpan? grace) => throw NotYet(id + signal + grace);

    /// <summary>Sends a signal to the container's first process.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="signal">Name with or without SIG, or a number.</param>
    public void Kill(string id, string signal) => throw NotYet(id + signal);

    /// <summary>Removes a container and all that it alone has.</summary>
    /// <exception cref="EngineException">Conflict: it runs and <see cref="RemoveOptions.Force"/> was not given.</exception>
    public void Remove(string id, RemoveOptions options) => throw NotYet(id + options);

    /// <summary>Waits until the container does not run; null when the deadline passed first.</summary>
    public ContainerExit? Wait(string id, TimeSpan? deadline) => throw NotYet(id + deadline);

    /// <summary>Commits the end of a container: its row, its event, and its removal where that was asked. Idempotent.</summary>
    public void Exited(string id, ContainerExit exit) => throw NotYet(id + exit);

    private static EngineException NotYet(string subject) => new(ErrorCode.NotImplemented, $"{subject}: containers are not there yet");
}
