using System.Globalization;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Following;
using Inro.Engine.Logs;
using Inro.Server.Http;
using Inro.Server.Streams;

namespace Inro.Server.DockerApi.Containers;

/// <summary><c>GET /containers/{id}/logs</c>.</summary>
internal static class ContainerLogsEndpoint
{
    public static Operation[] All => [new("GET", "/containers/{id}/logs", Show)];

    /// <summary>Which records are asked for.</summary>
    public static LogSelection Selection(Parameters parameters) => new()
    {
        Stdout = parameters.Flag("stdout"),
        Stderr = parameters.Flag("stderr"),
        Tail = Lines(parameters.Text("tail")),
        SinceNanoseconds = parameters.Time("since"),
        UntilNanoseconds = parameters.Time("until"),
    };

    private static void Show(ApiRequest request)
    {
        Parameters parameters = request.Parameters;
        LogSelection selection = Selection(parameters);
        if (!selection.Stdout && !selection.Stderr) { throw new EngineException(ErrorCode.InvalidArgument, "Bad parameters: you must choose at least one stream"); }

        ContainerRecord container = request.Engine.Containers.Find(request.Name);
        LogFollower.Open(request.Engine, container, selection).Dispose(); // what can go wrong is told as an error
        string before = parameters.Flag("details") ? LogFollower.DetailsOf(request.Engine, container) : "";
        Stream output = request.Begin(StreamTypes.Of(container.Config.Tty, request.Version));
        var frames = new LogFrames(output, container.Config.Tty, parameters.Flag("timestamps"), before);
        new LogFollower(request.Engine, container).Run(selection, parameters.Flag("follow"), frames.WriteAll, request.Ended);
    }

    /// <summary>All for the word and for every negative number, as docker reads it.</summary>
    private static int? Lines(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int lines) && lines >= 0 ? lines : null;
}
