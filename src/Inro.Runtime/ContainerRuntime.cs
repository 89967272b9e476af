using Inro.Runtime.Launch;
using Inro.Runtime.State;

namespace Inro.Runtime;

/// <summary>A bundle in, a container out: makes, starts, signals, deletes and describes containers, and runs further processes in them.</summary>
/// <param name="stateRoot">Directory with one sub-directory per container: its state, its lock and its gate.</param>
/// <param name="filterCache">Directory of compiled system call filters.</param>
/// <remarks>Holds no state of its own beside the walker's file: any process may ask about any container under the same root.</remarks>
public sealed partial class ContainerRuntime(string stateRoot, string filterCache) : IDisposable
{
    /// <summary>Makes a container; its process waits at the gate, or runs (<see cref="LaunchRequest.StartNow"/>).</summary>
    /// <returns>A child of this process.</returns>
    /// <exception cref="RuntimeException">The configuration is wrong, the id is taken, or the program cannot be executed.</exception>
    /// <exception cref="LaunchException">An operation failed; nothing is left behind.</exception>
    public LaunchedContainer Create(LaunchRequest request) => throw new PlatformNotSupportedException(stateRoot + filterCache + request.Id);

    /// <summary>Opens the gate of a created container.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it is not created.</exception>
    public void Start(string id) => throw new PlatformNotSupportedException(stateRoot + id);

    /// <summary>Sends a signal to the container's first process, or to all.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it does not run.</exception>
    public void Kill(string id, int signal, bool all = false) => throw new PlatformNotSupportedException(stateRoot + id + signal + all);

    /// <summary>Gives back everything that a stopped container holds; with <paramref name="force"/> ends it first.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it runs.</exception>
    public void Delete(string id, bool force = false) => throw new PlatformNotSupportedException(stateRoot + id + force);

    /// <summary>Describes a container as it is now.</summary>
    /// <exception cref="RuntimeException">There is no such container.</exception>
    public ContainerState State(string id) => throw new PlatformNotSupportedException(stateRoot + id);

    /// <summary>Runs a further process in a running container.</summary>
    /// <returns>A child of this process, already the program.</returns>
    public LaunchedContainer Exec(ExecRequest request) => throw new PlatformNotSupportedException(stateRoot + request.Id);

    /// <summary>Compiles a container's launch without doing anything, for explanation. The caller disposes the program.</summary>
    public LaunchProgram Compile(LaunchRequest request) => throw new PlatformNotSupportedException(stateRoot + request.Id);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
