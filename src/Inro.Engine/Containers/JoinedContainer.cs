namespace Inro.Engine.Containers;

/// <summary>Modes of namespaces that mean another container's: <c>container:NAME</c>.</summary>
internal static class JoinedContainer
{
    private const string Prefix = "container:";

    /// <summary>The name or id that a mode holds; null: it means no other container.</summary>
    public static string? Named(string? mode) => mode is not null && mode.StartsWith(Prefix, StringComparison.Ordinal) ? mode[Prefix.Length..] : null;
}
