using System.Text.RegularExpressions;

namespace Inro.Engine.Hooks;

/// <summary>What must hold of a container that gets a hook: every condition that is given. Where none is given, no container gets it.</summary>
/// <remarks>Source: oci-hooks(5), "when".</remarks>
internal sealed record HookConditions
{
    /// <summary>Null: not given.</summary>
    public bool? Always { get; init; }

    /// <summary>Whether there must be a bind mount of the host's; null: not given. False holds for none, as in podman.</summary>
    public bool? HasBindMounts { get; init; }

    /// <summary>For each pair, an annotation whose key and value both match.</summary>
    public IReadOnlyList<KeyValuePair<Regex, Regex>> Annotations { get; init; } = [];

    /// <summary>One of them matches the program of the container's command.</summary>
    public IReadOnlyList<Regex> Commands { get; init; } = [];

    /// <summary>Whether a container gets the hook.</summary>
    public bool Hold(HookSubject subject) =>
        (Always, HasBindMounts, Annotations.Count + Commands.Count) is not (null, null, 0)
        && Always != false
        && (HasBindMounts is not { } binds || (binds && subject.HasBindMounts))
        && Annotations.All(wanted => subject.Annotations.Any(a => wanted.Key.IsMatch(a.Key) && wanted.Value.IsMatch(a.Value)))
        && (Commands.Count == 0 || Commands.Any(c => c.IsMatch(subject.Program)));
}

/// <summary>What conditions look at.</summary>
/// <param name="Program">First word of the container's command, as it is run.</param>
/// <param name="Annotations">The container's annotations.</param>
/// <param name="HasBindMounts">Whether files or directories of the host were asked for.</param>
internal sealed record HookSubject(string Program, IReadOnlyDictionary<string, string> Annotations, bool HasBindMounts);
