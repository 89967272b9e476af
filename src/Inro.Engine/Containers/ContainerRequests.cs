namespace Inro.Engine.Containers;

/// <summary>What <c>create</c> made.</summary>
/// <param name="Id">64 hex digits.</param>
/// <param name="Name">The name it got.</param>
/// <param name="Warnings">What a person should read on standard error.</param>
public sealed record CreatedContainer(string Id, string Name, IReadOnlyList<string> Warnings);

/// <summary>Which containers a list wants.</summary>
public sealed record ContainerFilter
{
    /// <summary>Also those that do not run.</summary>
    public bool All { get; init; }

    /// <summary>At most so many, newest first; 0: no limit.</summary>
    public int Last { get; init; }

    /// <summary>Name and values as typed: <c>status=exited</c>, <c>label=a=b</c>, <c>name=web</c>, <c>ancestor=…</c>, <c>id=…</c>, <c>exited=0</c>,
    /// <c>before=…</c>, <c>since=…</c>, <c>volume=…</c>, <c>network=…</c>. Values of one name are alternatives.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Conditions { get; init; } = [];
}

/// <summary>How a container ended.</summary>
/// <param name="ExitCode">0 to 255, 128 + signal for a killed one; null where nobody saw it.</param>
/// <param name="FinishedNanoseconds">Nanoseconds since 1970 UTC.</param>
/// <param name="OomKilled">For want of memory.</param>
public sealed record ContainerExit(int? ExitCode, long FinishedNanoseconds, bool OomKilled);

/// <summary>How <c>rm</c> goes about it.</summary>
/// <param name="Force">A running container is killed first.</param>
/// <param name="Volumes">Its anonymous volumes go, too.</param>
public sealed record RemoveOptions(bool Force, bool Volumes);
