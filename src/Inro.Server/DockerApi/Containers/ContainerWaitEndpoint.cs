using System.Text.Json;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Views;
using Inro.Server.Http;
using Inro.Spec.DockerApi;

namespace Inro.Server.DockerApi.Containers;

/// <summary><c>POST /containers/{id}/wait</c>. The head goes out before anything has happened: clients start the container only then.</summary>
internal static class ContainerWaitEndpoint
{
    private static readonly ApiVersion FirstWithConditions = new(1, 30);

    public static Operation[] All => [new("POST", "/containers/{id}/wait", Wait)];

    private static void Wait(ApiRequest request)
    {
        ContainerService containers = request.Engine.Containers;
        ContainerRecord record = containers.Find(request.Name);
        WaitFor what = Condition(request);
        long point = containers.WaitPoint(); // before the answer: what the client does when it has that is not missed
        Stream? output = request.Version >= FirstWithConditions ? request.Begin("application/json") : null;
        ContainerExit exit = containers.Await(record.Id, what, point, request.Ended);
        WaitAnswer answer = new(exit.ExitCode ?? ContainerView.UnknownExitCode)
        {
            Error = exit.ExitCode is null ? new WaitProblem("nobody saw how the container ended, so its exit code is not known") : null,
        };
        if (output is null) { request.Answer(200, answer, DockerJson.Default.WaitAnswer); }
        else { output.Write([.. JsonSerializer.SerializeToUtf8Bytes(answer, DockerJson.Default.WaitAnswer), (byte)'\n']); }
    }

    private static WaitFor Condition(ApiRequest request) => request.Parameters.Text("condition") switch
    {
        null or "not-running" => WaitFor.NotRunning,
        "next-exit" => WaitFor.NextExit,
        "removed" => WaitFor.Removed,
        var other => throw new EngineException(ErrorCode.InvalidArgument, $"invalid condition: \"{other}\"", "not-running, next-exit and removed exist"),
    };
}
