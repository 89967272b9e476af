namespace Inro.Engine.Shim;

/// <summary>Names of message kinds on the wire. They never change; a new meaning is a new name.</summary>
internal static class ShimMessageKinds
{
    private static readonly string[] Names =
    [
        "hello", "prepare", "start", "adopt", "started", "attach", "detach", "resize", "signal", "close-stdin", "exec", "list-execs",
        "await-log", "committed", "done", "failed", "exit", "given-back", "log-grew", "check", "resize-exec", "let-go",
    ];

    public static string NameOf(ShimMessageKind kind) => Names[(int)kind];

    public static bool TryParse(string? name, out ShimMessageKind kind)
    {
        int at = Array.IndexOf(Names, name);
        kind = (ShimMessageKind)at;
        return at >= 0;
    }
}
