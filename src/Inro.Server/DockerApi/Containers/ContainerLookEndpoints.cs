using Inro.Engine;
using Inro.Engine.Archives;
using Inro.Engine.Containers;
using Inro.Engine.Statistics;
using Inro.Engine.Views;
using Inro.Server.Http;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.DockerApi.Containers;

/// <summary>Looking at containers: list, inspect, top, changes.</summary>
internal static class ContainerLookEndpoints
{
    public static Operation[] All =>
    [
        new("GET", "/containers/json", List),
        new("GET", "/containers/{id}/json", Inspect),
        new("GET", "/containers/{id}/top", Top),
        new("GET", "/containers/{id}/changes", Changes),
    ];

    private static void List(ApiRequest request)
    {
        int limit = request.Parameters.Number("limit") ?? 0;
        var filter = new ContainerFilter
        {
            All = request.Parameters.Flag("all") || limit > 0,
            Last = Math.Max(limit, 0),
            Conditions = request.Parameters.Filters(),
        };
        request.Answer(StatusCodes.Status200OK, [.. ContainerListView.Read(request.Engine, filter, request.Parameters.Flag("size")).Select(DockerState.Shown)], DockerJson.Default.IReadOnlyListContainerListEntry);
    }

    private static void Inspect(ApiRequest request)
    {
        ContainerRecord record = request.Engine.Containers.Find(request.Name);
        request.Answer(StatusCodes.Status200OK, DockerState.Shown(ContainerView.Read(request.Engine, record, request.Parameters.Flag("size"))), DockerJson.Default.ContainerInspect);
    }

    private static void Top(ApiRequest request)
    {
        ContainerRecord record = request.Engine.Containers.Find(request.Name);
        IReadOnlyList<int> pids = request.Engine.Containers.ProcessesOf(record.Id);
        TopAnswer answer = request.Parameters.Text("ps_args") is { } options && options != "-ef"
            ? Split(PsProgram.Read(options.Split(' ', StringSplitOptions.RemoveEmptyEntries), pids))
            : new TopAnswer(ProcessTable.ReadFull(pids), ProcessTable.FullFormat);
        request.Answer(StatusCodes.Status200OK, answer, DockerJson.Default.TopAnswer);
    }

    /// <summary>Columns by their number: the last one takes the rest of a line.</summary>
    private static TopAnswer Split(IReadOnlyList<string> lines)
    {
        string[] titles = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new TopAnswer([.. lines.Skip(1).Select(line => line.Split(' ', titles.Length, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))], titles);
    }

    private static void Changes(ApiRequest request)
    {
        EngineSession engine = request.Engine;
        IReadOnlyList<ChangeAnswer> changes = [.. new ContainerArchives(engine.Paths, engine.Containers, engine.Images).Changes(request.Name).Select(static c => new ChangeAnswer(c.Path, (int)c.Kind))];
        request.Answer(StatusCodes.Status200OK, changes, DockerJson.Default.IReadOnlyListChangeAnswer);
    }
}
