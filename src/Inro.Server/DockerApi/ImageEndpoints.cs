using Inro.Engine;
using Inro.Engine.Images;
using Inro.Engine.Views;
using Inro.Server.Http;
using Inro.Spec;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi;

/// <summary>Looking at images.</summary>
internal static class ImageEndpoints
{
    public static Operation[] All =>
    [
        new("GET", "/images/json", List),
        new("GET", "/images/{name*}/json", Inspect),
        new("POST", "/images/create", static _ => throw NotYet("fetch images", "inro pull IMAGE, on the machine of this server")),
    ];

    private static void List(ApiRequest request)
    {
        ImageService images = request.Engine.Images;
        IEnumerable<ImageSummary> found = ImageConditions.Apply(images, images.List(), request.Parameters.Filters());
        IReadOnlyList<ImageListEntry> entries = [.. found.Select(i => ImageListView.Entry(i, images.ReadDefaults(i).Labels))];
        request.Answer(StatusCodes.Status200OK, entries, DockerJson.Default.IReadOnlyListImageListEntry);
    }

    private static void Inspect(ApiRequest request)
    {
        Platform? platform = request.Parameters.Text("platform") is { } asked ? PlatformParameter.Read(asked) : null;
        request.Answer(StatusCodes.Status200OK, ImageView.Read(request.Engine, request.Engine.Images.Resolve(request.Name, platform)), DockerJson.Default.ImageInspect);
    }

    private static EngineException NotYet(string what, string remedy) => new(ErrorCode.NotImplemented, $"this server does not {what} yet", remedy);
}
