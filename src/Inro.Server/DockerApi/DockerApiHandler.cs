using Inro.Engine;
using Inro.Server.DockerApi.Containers;
using Inro.Server.DockerApi.Execs;
using Inro.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi;

/// <summary>Answers requests of the Docker Engine API: headers, versions, the way to the endpoint, and a thread for it.</summary>
/// <param name="open">Opens the instance for one request.</param>
/// <param name="stopping">The server is about to stop.</param>
/// <remarks>Source: Docker Engine API 1.51; headers and statuses as its clients rely on them.</remarks>
internal sealed class DockerApiHandler(Func<EngineSession> open, CancellationToken stopping)
{
    private static readonly ApiVersion Newest = ApiVersion.Parse(ProductVersion.Api);
    private static readonly ApiVersion Oldest = ApiVersion.Parse(ProductVersion.OldestApi);

    private readonly Router router = new(
    [
        .. SystemEndpoints.All,
        .. ContainerLookEndpoints.All,
        .. ContainerLifeEndpoints.All,
        .. ContainerCreateEndpoint.All,
        .. ContainerWaitEndpoint.All,
        .. ContainerLogsEndpoint.All,
        .. ContainerAttachEndpoint.All,
        .. ContainerArchiveEndpoints.All,
        .. ExecEndpoints.All,
        .. ImageEndpoints.All,
        .. EventsEndpoint.All,
    ]);

    /// <summary>Handles one request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers["Api-Version"] = ProductVersion.Api;
        headers["Docker-Experimental"] = "false";
        headers["Ostype"] = "linux";
        headers.Server = $"Inro/{ProductVersion.Text} (linux)";

        ApiPath path = ApiPath.Of(context.Request.Path.Value ?? "/");
        (Operation Operation, string Name)? found = router.Find(context.Request.Method, path.Route);
        var request = new ApiRequest(context, found?.Name ?? "", path.Version ?? Newest, open, stopping);
        Action<ApiRequest> handle = Refusal(path.Version) is { } refused ? refused : found?.Operation.Handle ?? NotThere;

        // Calls of the engine wait: for locks, for containers, for days. They have their own threads, so that no other request waits.
        return Task.Factory.StartNew(() => Run(request, handle), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Run(ApiRequest request, Action<ApiRequest> handle)
    {
        using (request)
        {
            try { handle(request); }
            catch (OperationCanceledException ended) when (request.Ended.IsCancellationRequested)
            {
                ErrorAnswers.Send(request, new EngineException(ErrorCode.Unavailable, "the server was stopped before this was done", "inro serve starts it again", ended)); // or nobody is there any more
            }
            catch (Exception failure) { ErrorAnswers.Send(request, failure); } // whatever it is, the next request is served
        }
    }

    private static Action<ApiRequest>? Refusal(ApiVersion? asked) => asked switch
    {
        { } version when version > Newest => request =>
            ErrorAnswers.Send(request, StatusCodes.Status400BadRequest, $"client version {version} is too new. Maximum supported API version is {Newest}"),
        { } version when version < Oldest => request =>
            ErrorAnswers.Send(request, StatusCodes.Status400BadRequest, $"client version {version} is too old. Minimum supported API version is {Oldest}, please upgrade your client to a newer version"),
        _ => null,
    };

    private static void NotThere(ApiRequest request) => ErrorAnswers.Send(request, StatusCodes.Status404NotFound, "page not found");
}
