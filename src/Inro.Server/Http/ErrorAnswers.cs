using Inro.Engine;
using Inro.Engine.Shim;
using Inro.Spec.DockerApi;
using Microsoft.AspNetCore.Http;

namespace Inro.Server.Http;

/// <summary>The one place where failures become statuses and messages.</summary>
internal static class ErrorAnswers
{
    /// <summary>Answers with a failure; an answer that has begun is only cut off.</summary>
    public static void Send(ApiRequest request, Exception failure)
    {
        if (request.HasAnswered)
        {
            request.Abort(); // what came is not whole, and must not look so
            return;
        }

        int status = StatusOf(failure);
        if (status == StatusCodes.Status304NotModified) { request.Answer(status); }
        else { Send(request, status, MessageOf(failure)); }
    }

    /// <summary>The same with a status and a text.</summary>
    public static void Send(ApiRequest request, int status, string message) => request.Answer(status, new ErrorAnswer(message), DockerJson.Default.ErrorAnswer);

    /// <summary>Docker's status for a failure.</summary>
    public static int StatusOf(Exception failure) => failure switch
    {
        EngineException engine => StatusOf(engine.Code),
        BadHttpRequestException bad => bad.StatusCode,
        FormatException => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>What a client shows to its user. Where docker has no words for it, what can be done about it is said, too.</summary>
    public static string MessageOf(Exception failure) => failure switch
    {
        EngineException { CommandStatus: ExitStatuses.CommandNotExecutable } engine => With(engine.Problem, "permission denied"),
        EngineException { CommandStatus: ExitStatuses.CommandNotFound } engine when !engine.Problem.Contains("executable file not found", StringComparison.Ordinal) => With(engine.Problem, "no such file or directory"),
        EngineException { Remedy: { } remedy, Code: ErrorCode.NotImplemented or ErrorCode.PreconditionFailed or ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.DataLoss or ErrorCode.ResourceExhausted } engine =>
            $"{engine.Problem} (try: {remedy})",
        ShimException { Remedy: { } remedy } shim => $"{shim.Message} (try: {remedy})",
        _ => failure.Message,
    };

    /// <summary>Docker's clients decide by these words between the statuses 126 and 127.</summary>
    private static string With(string problem, string word) => problem.Contains(word, StringComparison.Ordinal) ? problem : $"{problem}: {word}";

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists or ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.NotModified => StatusCodes.Status304NotModified,
        ErrorCode.NotImplemented => StatusCodes.Status501NotImplemented,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        _ => StatusCodes.Status500InternalServerError,
    };
}
