using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi;

/// <summary>Answers requests of the Docker Engine API.</summary>
/// <remarks>Source: Docker Engine API 1.51; headers and statuses as its clients rely on them.</remarks>
internal sealed class DockerApiHandler
{
    private static readonly ApiVersion Newest = ApiVersion.Parse(ProductVersion.Api);
    private static readonly ApiVersion Oldest = ApiVersion.Parse(ProductVersion.OldestApi);
    private readonly ReadOnlyMemory<byte> version = VersionDocument.Write();

    /// <summary>Handles one request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers["Api-Version"] = ProductVersion.Api;
        headers["Docker-Experimental"] = "false";
        headers["Ostype"] = "linux";
        headers.Server = $"Inro/{ProductVersion.Text} (linux)";

        ApiPath path = ApiPath.Of(context.Request.Path.Value ?? "/");
        if (path.Version is { } asked && asked > Newest)
        {
            return FailAsync(context, StatusCodes.Status400BadRequest, $"client version {asked} is too new. Maximum supported API version is {Newest}");
        }

        if (path.Version is { } old && old < Oldest)
        {
            return FailAsync(context, StatusCodes.Status400BadRequest, $"client version {old} is too old. Minimum supported API version is {Oldest}, please upgrade your client to a newer version");
        }

        return (context.Request.Method, path.Route) switch
        {
            ("GET" or "HEAD", "/_ping") => PingAsync(context),
            ("GET", "/version") => JsonAsync(context, StatusCodes.Status200OK, version),
            _ => FailAsync(context, StatusCodes.Status404NotFound, "page not found"),
        };
    }

    private static Task PingAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-cache, no-store, must-revalidate";
        response.Headers.Pragma = "no-cache";
        response.Headers["Swarm"] = "inactive";
        response.ContentType = "text/plain; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        response.ContentLength = 2;
        return response.Body.WriteAsync("OK"u8.ToArray(), context.RequestAborted).AsTask();
    }

    private static Task FailAsync(HttpContext context, int status, string message) =>
        JsonAsync(context, status, (byte[])[.. "{\"message\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(message, ErrorJson.Default.String), .. "}\n"u8]);

    private static Task JsonAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
