using System.Text;
using Inro.Engine;
using Inro.Engine.Attach;
using Inro.Engine.Containers;
using Inro.Engine.Execs;
using Inro.Engine.Shim;
using Inro.Engine.Views;
using Inro.Linux.Terminals;
using Inro.Server.DockerApi.Containers;
using Inro.Server.Http;
using Inro.Server.Streams;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi.Execs;

/// <summary>Further processes in a container: made in one request, started in another, looked at in a third.</summary>
internal static class ExecEndpoints
{
    public static Operation[] All =>
    [
        new("POST", "/containers/{id}/exec", Create),
        new("POST", "/exec/{id}/start", Start),
        new("POST", "/exec/{id}/resize", Resize),
        new("GET", "/exec/{id}/json", static r => r.Answer(StatusCodes.Status200OK, ExecView.Inspect(r.Engine.Containers.FindExec(r.Name)), DockerJson.Default.ExecInspect)),
    ];

    private static void Create(ApiRequest request)
    {
        ExecCreateRequest asked = request.Read(DockerRequestJson.Default.ExecCreateRequest) ?? new ExecCreateRequest();
        if (asked.Cmd is not { Count: > 0 }) { throw new EngineException(ErrorCode.InvalidArgument, "No exec command specified"); }

        ContainerService containers = request.Engine.Containers;
        ContainerRecord container = containers.Find(request.Name);
        _ = ContainerAttachEndpoint.KeysOf(asked.DetachKeys, asked.Tty);
        WindowSize? size = WindowParameter.Read(asked.ConsoleSize);
        ExecSession made = containers.CreateExec(new ExecSession
        {
            Id = "",
            ContainerId = container.Id,
            Options = new ExecOptions
            {
                Command = asked.Cmd,
                Environment = asked.Env ?? [],
                User = asked.User is { Length: > 0 } user ? user : null,
                WorkingDirectory = asked.WorkingDir is { Length: > 0 } directory ? directory : null,
                Tty = asked.Tty,
                Privileged = asked.Privileged,
            },
            AttachStdin = asked.AttachStdin,
            AttachStdout = asked.AttachStdout,
            AttachStderr = asked.AttachStderr,
            DetachKeys = asked.DetachKeys is { Length: > 0 } keys ? keys : null,
            ConsoleRows = size?.Rows ?? 0,
            ConsoleColumns = size?.Columns ?? 0,
        });
        request.Answer(StatusCodes.Status201Created, new IdAnswer(made.Id), DockerJson.Default.IdAnswer);
    }

    private static void Start(ApiRequest request)
    {
        ContainerService containers = request.Engine.Containers;
        ExecStartRequest asked = request.Read(DockerRequestJson.Default.ExecStartRequest) ?? new ExecStartRequest();
        ExecState state = containers.FindExec(request.Name);
        if (state.IsStarted) { throw new EngineException(ErrorCode.Conflict, $"Error: Exec command {state.Session.Id} has already run"); }

        ExecSession session = state.Session;
        WindowSize? size = WindowParameter.Read(asked.ConsoleSize) ?? WindowParameter.Read([session.ConsoleRows, session.ConsoleColumns]);
        if (asked.Detach)
        {
            containers.StartExec(session, attach: null, size).Dispose();
            request.Answer(StatusCodes.Status200OK);
            return;
        }

        containers.RequireExecutable(session.ContainerId); // an error of HTTP while it can be one
        Hijack hijack = request.Hijack(StreamTypes.Of(session.Options.Tty, request.Version));
        try { Stream(request, hijack, session, size); }
        finally { hijack.Complete(); }
    }

    private static void Stream(ApiRequest request, Hijack hijack, ExecSession session, WindowSize? size)
    {
        bool isTerminal = session.Options.Tty;
        var wanted = new AttachRequest { Stdin = session.AttachStdin, Stdout = session.AttachStdout || isTerminal, Stderr = session.AttachStderr && !isTerminal, Commits = true };
        ShimClient client;
        try { client = request.Engine.Containers.StartExec(session, wanted, size); }
        catch (EngineException failure)
        {
            Tell(hijack, isTerminal, failure); // the head is out: it goes where the process's output would have gone, and the status is in the session
            return;
        }

        using (client)
        {
            DetachKeys? keys = ContainerAttachEndpoint.KeysOf(session.DetachKeys, isTerminal);
            new ProcessStream(client, hijack, new StreamOptions(isTerminal, keys, ClosesInput: true, request.Stopping)).Run();
            request.Engine.Containers.NoteExecEnd(session.ContainerId, client);
        }
    }

    private static void Tell(Hijack hijack, bool isTerminal, EngineException failure)
    {
        byte[] text = Encoding.UTF8.GetBytes($"OCI runtime exec failed: {ErrorAnswers.MessageOf(failure)}\r\n");
        if (!isTerminal)
        {
            byte[] head = new byte[StreamFrame.HeadBytes];
            StreamFrame.WriteHead(head, StreamFrame.Stdout, text.Length);
            hijack.Write(head);
        }

        hijack.Write(text);
    }

    private static void Resize(ApiRequest request)
    {
        ContainerService containers = request.Engine.Containers;
        containers.ResizeExec(containers.FindExec(request.Name).Session, WindowParameter.Read(request));
        request.Answer(StatusCodes.Status200OK);
    }
}
