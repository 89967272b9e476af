using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Server.Http;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi.Containers;

/// <summary><c>POST /containers/create</c>.</summary>
internal static class ContainerCreateEndpoint
{
    public static Operation[] All => [new("POST", "/containers/create", Create)];

    private static void Create(ApiRequest request)
    {
        ContainerCreateRequest body = request.Read(DockerRequestJson.Default.ContainerCreateRequest)
            ?? throw new EngineException(ErrorCode.InvalidArgument, "config cannot be empty in order to create a container");
        string? platform = request.Parameters.Text("platform") is { } asked ? PlatformParameter.Read(asked).ToString() : null;
        ContainerConfig config = CreateMapping.Read(body, request.Parameters.Text("name")) with { Platform = platform };
        CreatedContainer created = Make(request.Engine.Containers, config);
        request.Answer(StatusCodes.Status201Created, new CreateAnswer(created.Id, created.Warnings), DockerJson.Default.CreateAnswer);
    }

    /// <summary>A client pulls the image when it reads 404 here, so nothing else that is missing may answer that.</summary>
    private static CreatedContainer Make(ContainerService containers, ContainerConfig config)
    {
        try { return containers.Create(config); }
        catch (EngineException missing) when (missing.Code == ErrorCode.NotFound && !ContainerService.IsOfImage(missing))
        {
            throw new EngineException(ErrorCode.InvalidArgument, missing.Problem, missing.Remedy, missing);
        }
    }
}
