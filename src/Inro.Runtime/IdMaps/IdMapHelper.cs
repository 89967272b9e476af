using System.Globalization;
using Inro.Linux;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;

namespace Inro.Runtime.IdMaps;

/// <summary>Shadow's set-uid helpers, which check that the ranges are the user's.</summary>
/// <remarks>Sources: newuidmap(1), newgidmap(1).</remarks>
internal static class IdMapHelper
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <param name="helper">newuidmap or newgidmap.</param>
    /// <param name="pid">A process of the namespace, which waits meanwhile.</param>
    /// <param name="mappings">What to map.</param>
    public static void Run(string helper, int pid, IReadOnlyList<IdMapping> mappings)
    {
        string path = Locate(helper);
        string[] arguments = Arguments(helper, pid, mappings);
        using PidFd process = Start(path, arguments);
        ExitStatus? status = process.Reap(Deadline);
        if (status is { IsSuccess: true }) { return; }

        if (status is null)
        {
            process.Kill();
            process.Reap(Deadline);
        }

        throw Failed(
            $"{string.Join(' ', arguments)}: {status?.ToString() ?? "no answer"}, so the user namespace has no ids",
            $"check that {path} is set-uid root (or has cap_setuid, cap_setgid), and that /etc/subuid and /etc/subgid give the ranges to the user (usermod --add-subuids, --add-subgids)");
    }

    private static string[] Arguments(string helper, int pid, IReadOnlyList<IdMapping> mappings)
    {
        string[] arguments = new string[2 + (3 * mappings.Count)];
        arguments[0] = helper;
        arguments[1] = Text((uint)pid);
        for (int i = 0; i < mappings.Count; i++)
        {
            arguments[2 + (3 * i)] = Text(mappings[i].ContainerId);
            arguments[3 + (3 * i)] = Text(mappings[i].HostId);
            arguments[4 + (3 * i)] = Text(mappings[i].Size);
        }

        return arguments;
    }

    private static PidFd Start(string path, string[] arguments)
    {
        try
        {
            return ProcessSpawn.Open(new SpawnRequest { Path = path, Arguments = arguments });
        }
        catch (LinuxException failure)
        {
            throw Failed(failure.Message, $"check that {path} may be run by this user", failure);
        }
    }

    private static string Locate(string helper)
    {
        foreach (string directory in (ReadOnlySpan<string>)["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"])
        {
            string path = $"{directory}/{helper}";
            if (File.Exists(path)) { return path; }
        }

        throw Failed($"{helper} is not installed, so an ordinary user's ids cannot be mapped into containers", "install it (Debian: apt-get install uidmap)");
    }

    private static RuntimeException Failed(string problem, string remedy, Exception? cause = null) => new(RuntimeError.Failed, problem, remedy, cause);

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
