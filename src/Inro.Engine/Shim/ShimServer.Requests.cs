using System.Globalization;
using Inro.Linux;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    private const int LastSignal = 64;

    /// <summary>Does what a client asks and answers it.</summary>
    public void Handle(ShimConnection connection, ReceivedMessage request)
    {
        try { Do(connection, request); }
        catch (Exception failure) when (failure is ShimException or LinuxException) { connection.Send(Failure(failure)); }
    }

    private void Do(ShimConnection connection, ReceivedMessage request)
    {
        ShimMessage message = request.Message;
        switch (message.Kind)
        {
            case ShimMessageKind.Hello:
                Greet(connection, message);
                break;
            case ShimMessageKind.Attach:
                JoinStreams(connection, request);
                attachedClients++;
                connection.Commits |= message.Commits;
                Answer(connection, message.Stdin, ShimMessageKind.Done);
                break;
            case ShimMessageKind.Detach:
                Leave(connection);
                Done(connection);
                break;
            case ShimMessageKind.Resize:
                SetSize(message.Size ?? default, Target(connection).Console);
                Done(connection);
                break;
            case ShimMessageKind.ResizeExec:
                SetSize(message.Size ?? default, (execs.Find(e => e.Id == message.ExecId) ?? throw Ended()).Process.Console);
                Done(connection);
                break;
            case ShimMessageKind.Signal:
                Signal(connection, message.Signal);
                Done(connection);
                break;
            case ShimMessageKind.CloseStdin:
                if (!connection.IsExec) { streams?.CloseStdin(); }

                Done(connection);
                break;
            case ShimMessageKind.LetGo:
                LetGo(connection, message);
                break;
            case ShimMessageKind.Exec:
                StartExec(connection, request);
                break;
            case ShimMessageKind.ListExecs:
                connection.Send(new ShimMessage { Kind = ShimMessageKind.Done, ExecId = string.Join(',', execs.ConvertAll(static running => running.Id)) });
                break;
            case ShimMessageKind.Check:
                AnswerCheck(connection);
                break;
            case ShimMessageKind.AwaitLog:
                Await(connection, message.Position);
                break;
            case ShimMessageKind.Committed:
                committed = true;
                break;
            default:
                throw new ShimException(ExitStatuses.RunFailed, $"a shim does not answer '{ShimMessageKinds.NameOf(message.Kind)}'");
        }
    }

    private void Greet(ShimConnection connection, ShimMessage hello)
    {
        if (!ShimVersion.IsServed(hello.Version))
        {
            throw new ShimException(
                ExitStatuses.RunFailed,
                string.Create(CultureInfo.InvariantCulture, $"protocol version {hello.Version} is older than this shim serves"),
                "use a newer program");
        }

        connection.Commits = hello.Commits;
        connection.Send(StartedMessage() with { Kind = ShimMessageKind.Hello, Version = ShimVersion.Common(hello.Version), Position = loggedBytes });
        if (HasEnded) { connection.Send(ExitMessage()); }
    }

    private void Leave(ShimConnection connection)
    {
        connection.Detached = true;
        connection.Commits = false;
        connection.HasStdin = false;
        LeaveStreams(connection);
        if (connection.Exec is { } exec) { KeepOutput(exec); }
    }

    private void Signal(ShimConnection connection, int signal)
    {
        if (signal is < 1 or > LastSignal) { throw new ShimException(ExitStatuses.RunFailed, string.Create(CultureInfo.InvariantCulture, $"no signal has the number {signal}")); }

        if (HasEnded || !Target(connection).Process.Signal(signal)) { throw Ended(); }
    }

    private HostedProcess Target(ShimConnection connection) =>
        connection.IsExec ? connection.Exec?.Process ?? throw Ended() : process!; // started before any request

    private static ShimException Ended() => new(ExitStatuses.RunFailed, "the process has ended");

    private void Await(ShimConnection connection, long position)
    {
        if (loggedBytes > position || HasEnded)
        {
            connection.Send(new ShimMessage { Kind = ShimMessageKind.LogGrew, Position = loggedBytes });
            return;
        }

        connection.AwaitsLog = true;
    }

    private static void Done(ShimConnection connection) => connection.Send(new ShimMessage { Kind = ShimMessageKind.Done });
}
