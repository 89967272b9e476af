using Inro.Engine;
using Inro.Engine.Attach;
using Inro.Engine.Containers;
using Inro.Engine.Following;
using Inro.Engine.Logs;
using Inro.Engine.Shim;
using Inro.Server.Http;
using Inro.Server.Streams;

namespace Inro.Server.DockerApi.Containers;

/// <summary><c>POST /containers/{id}/attach</c>: the streams of a container that runs, or of its next run from the first byte.</summary>
internal static class ContainerAttachEndpoint
{
    public static Operation[] All => [new("POST", "/containers/{id}/attach", Attach)];

    private static void Attach(ApiRequest request)
    {
        Parameters parameters = request.Parameters;
        EngineSession engine = request.Engine;
        ContainerRecord container = engine.Containers.Find(request.Name);
        if (container.State == ContainerState.Paused)
        {
            throw new EngineException(ErrorCode.Conflict, $"container {container.Id} is paused, unpause the container before attach", $"inro unpause {container.Name}");
        }

        ContainerConfig config = container.Config;
        DetachKeys? keys = KeysOf(parameters.Text("detachKeys") ?? config.DetachKeys, config.Tty);
        Hijack hijack = request.Hijack(StreamTypes.Of(config.Tty, request.Version));
        try
        {
            if (parameters.Flag("logs")) { ShowLog(request, hijack, container); }

            if (parameters.Flag("stream")) { Stream(request, hijack, container, keys); }
        }
        finally { hijack.Complete(); }
    }

    /// <summary>Keys that leave a terminal; without one none are looked for.</summary>
    /// <exception cref="EngineException">InvalidArgument: a key that the grammar does not know.</exception>
    public static DetachKeys? KeysOf(string? text, bool isTerminal)
    {
        try
        {
            DetachKeys keys = text is null ? DetachKeys.Default : DetachKeys.Parse(text);
            return isTerminal ? keys : null;
        }
        catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, $"Invalid detach keys ({text}) provided", cause: wrong); }
    }

    private static void Stream(ApiRequest request, Hijack hijack, ContainerRecord container, DetachKeys? keys)
    {
        Parameters parameters = request.Parameters;
        ContainerConfig config = container.Config;
        var wanted = new AttachRequest
        {
            Stdin = parameters.Flag("stdin") && config.OpenStdin,
            Stdout = parameters.Flag("stdout") || config.Tty,
            Stderr = parameters.Flag("stderr") && !config.Tty,
        };
        EngineSession engine = request.Engine;
        using ShimClient? client = WaitingAttach.Join(engine.Paths, container.Id, wanted, hijack.Socket, () => !request.Stopping.IsCancellationRequested && CanStart(engine, container));
        if (client is null) { return; }

        new ProcessStream(client, hijack, new StreamOptions(config.Tty, keys, ClosesInput: config.StdinOnce && !config.Tty, request.Stopping)).Run();
    }

    /// <summary>No run will come of one that was removed, or whose start has failed since.</summary>
    private static bool CanStart(EngineSession engine, ContainerRecord before)
    {
        try
        {
            ContainerRecord now = engine.Containers.Find(before.Id);
            return now.Error == before.Error || now.Error.Length == 0;
        }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { return false; }
    }

    private static void ShowLog(ApiRequest request, Hijack hijack, ContainerRecord container)
    {
        var selection = new LogSelection { Stdout = request.Parameters.Flag("stdout"), Stderr = request.Parameters.Flag("stderr") };
        using var output = new HijackOutput(hijack);
        var frames = new LogFrames(output, container.Config.Tty, withTimes: false, before: "");
        new LogFollower(request.Engine, container).Run(selection, follow: false, frames.WriteAll, request.Stopping);
    }
}
