using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Attach;
using Inro.Engine.Containers;
using Inro.Engine.Execs;
using Inro.Engine.Shim;

namespace Inro.Cli.Verbs;

/// <summary><c>inro exec</c>: one more process in a running container.</summary>
internal sealed class ExecVerb : Verb
{
    private readonly ContainerSelection selection = new(states: null) { LeavesOperands = true };
    private readonly List<string> environment = [];
    private readonly List<string> environmentFiles = [];
    private bool detach;
    private bool interactive;
    private bool tty;
    private bool privileged;
    private int preserved;
    private string? user;
    private string? directory;
    private string? detachKeys;

    public override string Usage => "[OPTIONS] CONTAINER COMMAND [ARG...]";

    public override string Summary => "Execute a command in a running container";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container exec", "exec"];

    public override bool FlagsAfterOperands => false;

    public override bool RunsCommand => true;

    public override int OwnFailure => ExitStatus.Failure;

    public override ContainerSelection? Selection => selection;

    public override int LeastOperands => 2;

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("detach", 'd', "Detached mode: run command in the background", v => detach = v)
            .Text("detach-keys", '\0', "Override the key sequence for detaching a container", SetDetachKeys)
            .List("env", 'e', "Set environment variables", v => environment.Add(EnvironmentArgument.FromFlag(v, Environment.GetEnvironmentVariable)))
            .List("env-file", '\0', "Read in a file of environment variables", environmentFiles.Add, offers: Completion.File)
            .Switch("interactive", 'i', "Keep STDIN open even if not attached", v => interactive = v)
            .Switch("no-session", '\0', "Keep no session of the exec in the database (that is never done)", static _ => { })
            .Number("preserve-fds", '\0', "Give the command so many of this program's descriptors, from 3 upwards", v => preserved = (int)v, initially: "0", least: 0, most: ShimExecRequest.MaxKept)
            .Switch("privileged", '\0', "Give extended privileges to the command", v => privileged = v)
            .Switch("tty", 't', "Allocate a pseudo-TTY", v => tty = v)
            .Text("user", 'u', "Username or UID (format: \"<name|uid>[:<group|gid>]\")", v => user = v)
            .Text("workdir", 'w', "Working directory inside the container", v => directory = v);
        selection.AddLatest(table).AddFile(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ContainerStreams.RequireTerminal(interactive && !detach, tty);
        ContainerRecord container = session.Containers.Find(operands[0]);
        AttachRequest? streams = detach ? null : new AttachRequest { Stdin = interactive, Stdout = true, Stderr = !tty, Commits = true };
        using ShimClient connection = session.Containers.Exec(container.Id, Options(operands), streams, ContainerStreams.Size(tty && !detach), KeptDescriptors.Of(preserved));
        if (detach) { return ExitStatus.Success; }

        AttachResult result = TerminalSession.Run(connection, ContainerStreams.Options(tty, detachKeys ?? container.Config.DetachKeys, proxiesSignals: false));
        session.Containers.NoteExecEnd(container.Id, connection);
        return result.Outcome switch
        {
            AttachOutcome.Detached => Left(),
            AttachOutcome.Lost => throw ContainerStreams.Lost(container.Id),
            _ => result.Exit?.ExitCode ?? throw ContainerStreams.Unseen(container.Id),
        };
    }

    private ExecOptions Options(IReadOnlyList<string> operands) => new()
    {
        Command = [.. operands.Skip(1)],
        Environment = [.. environmentFiles.SelectMany(static f => EnvironmentArgument.FromFile(f, Environment.GetEnvironmentVariable)), .. environment],
        User = user,
        WorkingDirectory = directory,
        Tty = tty,
        Privileged = privileged,
    };

    private void SetDetachKeys(string text)
    {
        _ = DetachKeys.Parse(text);
        detachKeys = text;
    }

    private static int Left()
    {
        Screen.WriteError("read escape sequence");
        return ExitStatus.Success;
    }
}
