namespace Inro.Server.Http;

/// <summary>One operation of the API.</summary>
/// <param name="Method">GET, HEAD, POST, PUT or DELETE.</param>
/// <param name="Path">See <see cref="RoutePattern"/>; without a version.</param>
/// <param name="Handle">Answers; runs on a thread of its own and may wait as long as it likes.</param>
internal sealed record Operation(string Method, string Path, Action<ApiRequest> Handle)
{
    /// <summary>The path as a pattern.</summary>
    public RoutePattern Pattern { get; } = new(Path);
}
