using System.Globalization;
using Inro.Linux.Files;

namespace Inro.Runtime.Checkpoint;

/// <summary>The criu of this host: where it is, which one it is, and whether it works on this kernel.</summary>
internal sealed class CriuProgram
{
    /// <summary>The first that tells its version, and the features that are asked for, over its RPC.</summary>
    public const int OldestVersion = 30000;

    /// <summary>The first that knows network namespaces outside.</summary>
    public const int ExternalNetworkVersion = 31100;

    /// <summary>The first that freezes a v2 cgroup.</summary>
    public const int UnifiedFreezerVersion = 31400;

    /// <summary>The first that knows pid namespaces outside, and says itself when lazy pages can be asked for.</summary>
    public const int ExternalPidVersion = 31500;

    /// <summary>The first that restores under another profile.</summary>
    public const int ProfileVersion = 31600;

    private const uint NetworkLockByNftables = 2;
    private const int NetworkLockVersion = 31700;

    private CriuProgram(string path) => Path = path;

    /// <summary>The program's file.</summary>
    public string Path { get; }

    /// <summary>Major × 10000 + minor × 100 + sublevel.</summary>
    public int Version { get; private set; }

    /// <summary>Whether memory can be tracked: what pre-dumps need.</summary>
    public bool TracksMemory { get; private set; }

    /// <summary>Whether pages can be restored when they are first touched.</summary>
    public bool HasLazyPages { get; private set; }

    /// <summary>Finds criu and asks it what it can do here.</summary>
    /// <param name="name">A path, or a name that is searched for on PATH.</param>
    /// <exception cref="RuntimeException">There is none, it is too old, or it does not work on this kernel: with its own words.</exception>
    public static CriuProgram Open(string name)
    {
        string path = Find(name) ?? throw new RuntimeException(RuntimeError.Failed,
            name.Contains('/', StringComparison.Ordinal) ? $"criu: {name} is no program" : $"criu: \"{name}\": executable file not found in $PATH",
            "install criu (Debian: apt-get install criu), or name its file with --criu");
        var criu = new CriuProgram(path);
        CriuResponse version = criu.Ask(CriuRequest.Version(), "does not tell its version");
        criu.Version = version.Version;
        criu.Require(OldestVersion, "checkpoint and restore");
        CriuResponse features = criu.Ask(CriuRequest.Features(), "does not work on this kernel");
        (criu.TracksMemory, criu.HasLazyPages) = (features.TracksMemory, features.HasLazyPages);
        return criu;
    }

    /// <summary>Refuses what needs a newer criu.</summary>
    /// <exception cref="RuntimeException">It is older.</exception>
    public void Require(int version, string what)
    {
        if (Version < version)
        {
            throw new RuntimeException(RuntimeError.Failed, $"{what} needs criu {Text(version)} or newer, and {Path} is {Text(Version)}", "install a newer criu");
        }
    }

    /// <summary>How a network is kept still: criu takes iptables unless it is told otherwise, and some hosts have nftables alone.</summary>
    public uint? NetworkLock => Version >= NetworkLockVersion && Find("iptables-restore") is null ? NetworkLockByNftables : null;

    /// <summary>Environment of criu: it runs tar and iptables.</summary>
    public static string[] Variables => [$"PATH={SearchPath}"];

    // A service's PATH may leave out where criu and iptables are.
    private static string SearchPath => $"{HostPrograms.SearchPath}:{HostPrograms.UsualPath}";

    private static string? Find(string name) => HostPrograms.Find(name, SearchPath);

    private static string Text(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 10000}.{version / 100 % 100}.{version % 100}");

    private CriuResponse Ask(byte[] request, string problem)
    {
        using CriuSession session = CriuSession.StartSilently(this);
        CriuResponse? answer = session.Ask(request, CriuSession.QuestionLimit);
        if (answer is { IsSuccess: true }) { return answer; }

        string end = session.End();
        string reason = answer is { Message.Length: > 0 } ? answer.Message : session.LastError() is { Length: > 0 } said ? said : end;
        throw new RuntimeException(RuntimeError.Failed, $"criu {problem}: {reason}", "`criu check` says what is missing; a criu as new as the kernel may be needed");
    }
}
