using System.Globalization;
using Inro.Linux;
using Inro.Linux.Processes;

namespace Inro.Engine.Rootless;

/// <summary>Gives a user namespace its id maps with shadow's set-uid helpers, which check that the ranges are the user's.</summary>
/// <remarks>Sources: newuidmap(1), newgidmap(1), user_namespaces(7).</remarks>
internal static class IdMapWriter
{
    private static readonly TimeSpan HelperDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Maps 0 to the user and 1… to the user's subordinate ids, for users and groups.</summary>
    /// <param name="pid">A process of the namespace, which waits meanwhile.</param>
    public static void Write(int pid, UserIdentity identity)
    {
        Run("newgidmap", pid, identity.Group, identity.GroupRange);
        Run("newuidmap", pid, identity.User, identity.UserRange);
    }

    private static void Run(string helper, int pid, uint own, SubordinateIds range)
    {
        string path = Locate(helper);
        string[] arguments = [helper, Text((uint)pid), "0", Text(own), "1", "1", Text(range.Start), Text(range.Count)];
        using PidFd process = Start(path, arguments);
        ExitStatus? status = process.Reap(HelperDeadline);
        if (status is { IsSuccess: true }) { return; }

        if (status is null)
        {
            process.Signal(Kill);
            process.Reap(timeout: null);
        }

        throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"{string.Join(' ', arguments)}: {status?.ToString() ?? "no answer"}, so the user namespace has no ids",
            $"check that {path} is set-uid root (or has cap_setuid/cap_setgid) and that /etc/subuid and /etc/subgid give the range to the user");
    }

    private static PidFd Start(string path, string[] arguments)
    {
        try
        {
            return ProcessSpawn.Open(new SpawnRequest { Path = path, Arguments = arguments });
        }
        catch (LinuxException failure)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, failure.Message, $"check that {path} may be run by this user", failure);
        }
    }

    private static string Locate(string helper)
    {
        foreach (string directory in (ReadOnlySpan<string>)["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"])
        {
            string path = $"{directory}/{helper}";
            if (File.Exists(path)) { return path; }
        }

        throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"{helper} is not installed, so an ordinary user's ids cannot be mapped into containers",
            "install it (Debian: apt-get install uidmap)");
    }

    private const int Kill = 9;

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
