using System.Text.Json;
using Inro.Engine;
using Inro.Engine.Archives;
using Inro.Server.Http;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi.Containers;

/// <summary>Files of a container as archives: <c>HEAD</c>, <c>GET</c> and <c>PUT /containers/{id}/archive</c>, and <c>export</c>.</summary>
internal static class ContainerArchiveEndpoints
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";
    private const string TarType = "application/x-tar";
    private const int BufferBytes = 64 << 10;

    public static Operation[] All =>
    [
        new("HEAD", "/containers/{id}/archive", Stat),
        new("GET", "/containers/{id}/archive", Get),
        new("PUT", "/containers/{id}/archive", Put),
        new("GET", "/containers/{id}/export", Export),
    ];

    private static void Stat(ApiRequest request)
    {
        using ContainerFileSystem files = Open(request, out string path);
        using TreePlace place = files.Find(path, follows: false);
        SetStat(request, files, place);
        request.Answer(StatusCodes.Status200OK);
    }

    private static void Get(ApiRequest request)
    {
        using ContainerFileSystem files = Open(request, out string path);
        using TreePlace place = files.Find(path, follows: false);
        SetStat(request, files, place);
        using var output = new BufferedStream(request.Begin(TarType), BufferBytes);
        files.Read(place, path.Trim('/').Length == 0 ? "/" : CopyPath.NameInArchive(path), output, request.Ended, showsDot: true);
    }

    private static void Put(ApiRequest request)
    {
        using ContainerFileSystem files = Open(request, out string path);
        var rules = new ArchiveRules
        {
            Owner = request.Parameters.Flag("copyUIDGID") ? files.OwnerOfCopies() : null,
            Overwrites = !request.Parameters.Flag("noOverwriteDirNonDir"),
        };
        using var archive = new BufferedStream(request.Body, BufferBytes);
        files.Write(path, archive, rules, request.Ended);
        request.Answer(StatusCodes.Status200OK);
    }

    private static void Export(ApiRequest request)
    {
        EngineSession engine = request.Engine;
        string id = engine.Containers.Find(request.Name).Id;
        using var output = new BufferedStream(request.Begin("application/octet-stream"), BufferBytes);
        new ContainerArchives(engine.Paths, engine.Containers, engine.Images).Export(id, output, request.Ended);
    }

    private static ContainerFileSystem Open(ApiRequest request, out string path)
    {
        string asked = request.Parameters.Text("path") ?? throw new EngineException(ErrorCode.InvalidArgument, "bad parameter: 'path' cannot be empty");
        path = asked.StartsWith('/') ? asked : "/" + asked;
        return ContainerFileSystem.Open(request.Engine.Paths, request.Engine.Containers, request.Name);
    }

    private static void SetStat(ApiRequest request, ContainerFileSystem files, TreePlace place) =>
        request.SetHeader(StatHeader, Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(PathStatView.Of(files, place), DockerJson.Default.PathStat)));
}
