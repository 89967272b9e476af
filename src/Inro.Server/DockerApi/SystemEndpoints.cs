using Inro.Engine.Containers;
using Inro.Engine.Views;
using Inro.Server.Http;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi;

/// <summary>The engine itself: <c>_ping</c>, <c>version</c>, <c>info</c>, <c>system/df</c>.</summary>
internal static class SystemEndpoints
{
    public static Operation[] All =>
    [
        new("GET", "/_ping", Ping),
        new("HEAD", "/_ping", Ping),
        new("GET", "/version", static r => r.Answer(StatusCodes.Status200OK, "application/json", VersionDocument.Write().Span)),
        new("GET", "/info", Info),
        new("GET", "/system/df", static r => r.Answer(StatusCodes.Status200OK, DiskUsageReader.Read(r.Engine), DockerJson.Default.DiskUsageView)),
    ];

    private static void Ping(ApiRequest request)
    {
        request.SetHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        request.SetHeader("Pragma", "no-cache");
        request.SetHeader("Swarm", "inactive");
        request.SetHeader("Builder-Version", "1"); // no BuildKit is in this server
        if (request.IsHead) { request.Answer(StatusCodes.Status200OK); }
        else { request.Answer(StatusCodes.Status200OK, "text/plain; charset=utf-8", "OK"u8); }
    }

    private static void Info(ApiRequest request)
    {
        SystemInfo info = SystemView.Read(
            request.Engine.Paths, request.Engine.Containers.List(new ContainerFilter { All = true }), request.Engine.Images, ProductVersion.Text, ProductVersion.Machine);
        request.Answer(StatusCodes.Status200OK, info, DockerJson.Default.SystemInfo);
    }
}
