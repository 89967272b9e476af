using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Shim;
using Inro.Linux.Terminals;
using Inro.Server.Http;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi.Containers;

/// <summary>What is done with a container: start, stop, restart, kill, pause, unpause, rename, resize, rm, prune.</summary>
internal static class ContainerLifeEndpoints
{
    public static Operation[] All =>
    [
        new("POST", "/containers/{id}/start", Start),
        new("POST", "/containers/{id}/stop", static r => Do(r, (c, id) => c.Stop(id, r.Parameters.Text("signal"), Grace(r)))),
        new("POST", "/containers/{id}/restart", static r => Do(r, (c, id) => c.Restart(id, r.Parameters.Text("signal"), Grace(r)).Connection?.Dispose())),
        new("POST", "/containers/{id}/kill", static r => Do(r, (c, id) => Kill(c, id, r.Parameters.Text("signal") ?? "KILL"))),
        new("POST", "/containers/{id}/pause", static r => Do(r, static (c, id) => c.Pause(id))),
        new("POST", "/containers/{id}/unpause", static r => Do(r, static (c, id) => c.Unpause(id))),
        new("POST", "/containers/{id}/rename", Rename),
        new("POST", "/containers/{id}/resize", Resize),
        new("DELETE", "/containers/{id}", Remove),
        new("POST", "/containers/prune", Prune),
    ];

    private static void Do(ApiRequest request, Action<ContainerService, string> work)
    {
        ContainerService containers = request.Engine.Containers;
        work(containers, containers.Find(request.Name).Id);
        request.Answer(StatusCodes.Status204NoContent);
    }

    private static TimeSpan? Grace(ApiRequest request) => request.Parameters.Number("t") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static void Start(ApiRequest request)
    {
        ContainerService containers = request.Engine.Containers;
        ContainerRecord record = containers.Find(request.Name);
        ContainerConfig config = record.Config;
        WindowSize? size = config.Tty ? WindowParameter.Read([config.ConsoleRows, config.ConsoleColumns]) : null;
        containers.Start(record.Id, attach: null, size).Connection?.Dispose();
        request.Answer(StatusCodes.Status204NoContent);
    }

    private static void Kill(ContainerService containers, string id, string signal)
    {
        try { containers.Kill(id, signal); }
        catch (EngineException failure) when (failure.Code == ErrorCode.Conflict)
        {
            throw new EngineException(ErrorCode.Conflict, $"cannot kill container: {id}: {failure.Problem}", failure.Remedy, failure);
        }
    }

    private static void Rename(ApiRequest request)
    {
        string name = request.Parameters.Text("name") ?? throw new EngineException(ErrorCode.InvalidArgument, "Neither old nor new names may be empty");
        Do(request, (containers, id) => containers.Rename(id, name));
    }

    private static void Resize(ApiRequest request)
    {
        ContainerRecord record = request.Engine.Containers.Find(request.Name);
        using ShimClient client = ShimClient.TryConnect(request.Engine.Paths.RunDirectory(record.Id))
            ?? throw new EngineException(ErrorCode.Conflict, $"cannot resize a stopped container: container {record.Id} is not running");
        try { client.Resize(WindowParameter.Read(request)); }
        catch (ShimException failure) { throw new EngineException(ErrorCode.Conflict, $"cannot resize the terminal of container {record.Id}: {failure.Message}", failure.Remedy, failure); }

        request.Answer(StatusCodes.Status200OK);
    }

    private static void Remove(ApiRequest request)
    {
        if (request.Parameters.Flag("link")) { throw new EngineException(ErrorCode.NotImplemented, "links between containers are not there", "remove the container without link"); }

        Do(request, (containers, id) => containers.Remove(id, new RemoveOptions(request.Parameters.Flag("force"), request.Parameters.Flag("v"))));
    }

    private static void Prune(ApiRequest request)
    {
        ContainerPruneReport report = request.Engine.Containers.Prune(PruneParameter.Read(request.Parameters.Filters()));
        request.Answer(StatusCodes.Status200OK, new ContainerPruneAnswer(report.Ids, report.FreedBytes), DockerJson.Default.ContainerPruneAnswer);
    }
}
