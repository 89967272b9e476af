namespace Inro.Engine.Containers.Compose;

/// <summary>What <c>--userns</c> means.</summary>
internal static class UserNamespaceMode
{
    /// <summary>Whether the container gets a range of host ids of its own.</summary>
    /// <param name="mode"><c>host</c>, <c>auto</c>, <c>private</c> or null.</param>
    /// <param name="isRootful">False for an ordinary user, whose containers are all in the user's own namespace.</param>
    /// <exception cref="EngineException">InvalidArgument: no such mode. NotImplemented: an ordinary user's layers cannot be shown with other ids.</exception>
    public static bool TakesRange(string? mode, bool isRootful) => mode switch
    {
        null or "" or "host" => false,
        "auto" or "private" when isRootful => true,
        "auto" or "private" => throw new EngineException(
            ErrorCode.NotImplemented,
            $"--userns {mode} is for root: the kernel maps the ids of layers for nobody else",
            "leave it out: every container of an ordinary user is in the user's own namespace, and its root is that user outside"),
        _ => throw new EngineException(ErrorCode.InvalidArgument, $"invalid user mode: {mode}", "give host, auto or private"),
    };
}
