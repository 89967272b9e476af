using System.Globalization;
using System.Runtime.InteropServices;
using Inro.Linux;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.IdMaps;
using Inro.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Rootless;

/// <summary>Lets an ordinary user's commands work with an image's ids: they run in a user and mount namespace of the user's own.</summary>
/// <remarks>
/// The first command makes them; while a container runs, others join its user namespace (<see cref="RunningNamespace"/>).
/// Inside, the user is id 0 and the user's subordinate ids are 1 and up, so layers keep their owners, overlayfs can be
/// mounted, and containers start as they do for root. The namespaces live as long as the command and what it started (a shim,
/// a container); no process stays behind to hold them. One environment variable says inside who the user is outside.
/// </remarks>
public static class RootlessEntry
{
    /// <summary>Holds the outer user's id in processes that have entered.</summary>
    public const string Marker = Shim.ShimEnvironment.OuterUser;

    private const string RunTitle = "run";
    private const ulong NewUser = 0x1000_0000;
    private const ulong NewMount = 0x0002_0000;

    /// <summary>Signals that a terminal does not send to the whole foreground group by itself.</summary>
    private static ReadOnlySpan<PosixSignal> Forwarded => [PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    /// <summary>True where a command that needs mapped ids must enter first.</summary>
    public static bool IsNeeded => EffectiveIds.User != 0;

    /// <summary>The ordinary user on whose behalf this process is id 0 of a namespace; null where it has not entered one.</summary>
    public static uint? OuterUser =>
        EffectiveIds.User == 0
        && uint.TryParse(Environment.GetEnvironmentVariable(Marker), NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
            ? user
            : null;

    /// <summary>Runs this program again inside, with the same arguments, streams, directory and environment.</summary>
    /// <param name="arguments">As in argv, the program's name first.</param>
    /// <param name="runDirectory">The instance's; <see cref="InstancePaths.Run"/>.</param>
    /// <returns>Its exit status, 128 and the signal if a signal ended it.</returns>
    /// <exception cref="EngineException">PreconditionFailed: the user owns no subordinate ids, or the host forbids user namespaces.</exception>
    public static int Run(IReadOnlyList<string> arguments, string runDirectory)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("a running program has a path");
        return Run(self, arguments, [], runDirectory);
    }

    /// <summary>Runs a program of the host's inside.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">As in argv, the program's name first.</param>
    /// <param name="variables">For its environment, <c>NAME=VALUE</c>, beside this process's own.</param>
    /// <param name="runDirectory">The instance's; <see cref="InstancePaths.Run"/>.</param>
    /// <returns>Its exit status, 128 and the signal if a signal ended it.</returns>
    /// <exception cref="EngineException">PreconditionFailed: the user owns no subordinate ids, or the host forbids user namespaces.</exception>
    public static int Run(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> variables, string runDirectory)
    {
        UserIdentity identity = UserIdentity.OfCaller();
        using SafeFileHandle? running = RunningNamespace.TryOpen(runDirectory, identity);
        using LaunchProgram launch = Compile(identity, running, new(program, arguments, variables));
        using var runner = new LaunchRunner();
        using LaunchedProcess inside = Launch(runner, launch);

        PosixSignalRegistration[] proxies = Proxy(inside.Process);
        try
        {
            return inside.Process.Reap(timeout: null)!.Value.Code;
        }
        finally
        {
            foreach (PosixSignalRegistration proxy in proxies) { proxy.Dispose(); }
        }
    }

    private static LaunchedProcess Launch(LaunchRunner runner, LaunchProgram program)
    {
        try
        {
            return runner.Run(program, new LaunchOptions())!; // not null: the program ends in exec
        }
        catch (LaunchException failure) when (failure.InnerException is RuntimeException cause)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, cause.Message, cause.Remedy, failure); // the maps, not the namespace
        }
        catch (LaunchException failure) when (failure.Operation?.Label == RunTitle)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"cannot run {failure.Operation!.Subject}: {failure.Errno}", cause: failure)
            {
                CommandStatus = failure.Errno == Errno.ENOENT ? ExitStatuses.CommandNotFound : ExitStatuses.CommandNotExecutable,
            };
        }
        catch (LaunchException failure)
        {
            throw new EngineException(
                ErrorCode.PreconditionFailed,
                $"no user namespace for an ordinary user's containers: {failure.Message}",
                "allow them: sysctl kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0",
                failure);
        }
    }

    private static LaunchProgram Compile(UserIdentity identity, SafeFileHandle? running, InsideCommand command)
    {
        using var builder = new LaunchBuilder();
        if (running is null) { Make(builder, identity); }
        else { Join(builder, running); }

        builder.Call("become group", SystemCall.Setresgid, [0, 0, 0], "0");
        builder.Call("become user", SystemCall.Setresuid, [0, 0, 0], "0");
        List<string> environment = InsideEnvironment(identity.User);
        environment.AddRange(command.Variables);
        builder.Exec(RunTitle, builder.String(command.Program), builder.StringArray(command.Arguments), builder.StringArray(environment), command.Program);
        return builder.Build();
    }

    private sealed record InsideCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Variables);

    private static void Make(LaunchBuilder builder, UserIdentity identity)
    {
        builder.Clone("enter a user and a mount namespace", NewUser | NewMount);
        builder.Sync("map ids", exchange => IdMapWriter.Write(exchange.Pid, identity.UserMappings, identity.GroupMappings, privileged: false));
    }

    private static void Join(LaunchBuilder builder, SafeFileHandle running)
    {
        Slot user = builder.Inherit(running, "user namespace");
        builder.Clone("begin", flags: 0);
        builder.Call("join the user namespace", SystemCall.Setns, [user, NewUser], "of a running container");
        builder.Call("make a mount namespace", SystemCall.Unshare, [NewMount]);
    }

    private static List<string> InsideEnvironment(uint user)
    {
        List<string> environment = [];
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment.Add($"{variable.Key}={variable.Value}");
        }

        environment.Add($"{Marker}={user.ToString(CultureInfo.InvariantCulture)}");
        return environment;
    }

    /// <summary>A terminal's signals reach the inner command by themselves and must not end this one before it.</summary>
    private static PosixSignalRegistration[] Proxy(PidFd inside)
    {
        List<PosixSignalRegistration> registrations = [];
        foreach (PosixSignal signal in Forwarded)
        {
            int number = signal == PosixSignal.SIGTERM ? 15 : 1;
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                inside.Signal(number);
            }));
        }

        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => context.Cancel = true));
        return [.. registrations];
    }
}
