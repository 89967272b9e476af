using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Rootless;
using Inro.Linux.Files;

namespace Inro.Cli.Verbs;

/// <summary><c>inro unshare</c>: a command of the host's where an ordinary user's images and containers have their owners.</summary>
internal sealed class UnshareVerb : Verb
{
    private const string UsualShell = "/bin/sh";

    public override string Usage => "[COMMAND [ARG...]]";

    public override string Summary => "Run a command in the user namespace of an ordinary user's containers";

    public override bool FlagsAfterOperands => false;

    public override bool RunsCommand => true;

    public override Completion Offers => Completion.File;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (!RootlessEntry.IsNeeded)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, "root's containers have no user namespace to enter", "use unshare as an ordinary user");
        }

        string[] command = operands.Count > 0 ? [.. operands] : [Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } own ? own : UsualShell];
        string program = HostPrograms.Find(command[0])
            ?? throw new EngineException(ErrorCode.NotFound, $"\"{command[0]}\": there is no such program in {HostPrograms.SearchPath}") { CommandStatus = ExitStatuses.CommandNotFound };
        // As podman names them: what scripts ask for where the files are.
        string[] variables = [$"CONTAINERS_GRAPHROOT={session.Paths.Root}", $"CONTAINERS_RUNROOT={session.Paths.Run}"];
        return RootlessEntry.Run(program, command, variables, session.Paths.Run);
    }
}
