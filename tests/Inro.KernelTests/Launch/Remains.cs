using System.Globalization;
using Inro.KernelTests.Harness;

namespace Inro.KernelTests.Launch;

/// <summary>
/// What one instance can leave on the machine, compared with a moment before: processes and namespaces, mounts, cgroups of every hierarchy,
/// sockets, files, and descriptors and children of the test itself. Quick enough to be asked after each of thousands of launches.
/// </summary>
/// <remarks>Everything must be gone when the launch returns, so nothing is waited for but descriptors, of which the test's own framework opens some. For a class of <see cref="ExclusiveTests"/>.</remarks>
/// <param name="mark">Occurs in the name of everything that the instance makes: directories, container ids, cgroups, host names.</param>
/// <param name="hostId">First id of the range to which user namespaces of the instance map; nobody else on the machine maps to it.</param>
/// <param name="directories">Directories in which no name may come or go.</param>
internal sealed class Remains(string mark, uint hostId, params string[] directories)
{
    /// <summary>Where programs put files when nobody tells them where.</summary>
    private static readonly string[] Shared = ["/tmp", "/run", "/run/netns", "/dev/shm", "/dev/mqueue", "/var/tmp"];

    private const int MaxLooks = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> processes = [.. Pids().Select(Identity)];
    private readonly string map = hostId.ToString(CultureInfo.InvariantCulture);
    private HashSet<string> before = [];

    /// <summary>Takes what is there now for granted: the container that an exec joins, names that a first launch made in the rootfs.</summary>
    public void Accept() => before = [.. Look()];

    /// <summary>What is there and was not, and what was there and is gone. Descriptors may go: the framework closes its own when it likes, and opens some for a moment.</summary>
    public IReadOnlyList<string> Find()
    {
        List<string> found = Compare();
        for (int looks = 0; looks < MaxLooks && found.Count > 0 && found.TrueForAll(static thing => thing.StartsWith("left: descriptor", StringComparison.Ordinal)); looks++)
        {
            Thread.Sleep(Pause);
            found = Compare();
        }

        return found;
    }

    private List<string> Compare()
    {
        HashSet<string> now = [.. Look()];
        return [.. now.Except(before).Select(static thing => "left: " + thing), .. before.Except(now).Where(static thing => !thing.StartsWith("descriptor", StringComparison.Ordinal)).Select(static thing => "gone: " + thing)];
    }

    private IEnumerable<string> Look() =>
    [
        .. Processes(),
        .. LeakSources.Mounts(mark, []).Concat(LeakSources.Cgroups(mark)).Concat(LeakSources.Sockets(mark)).Concat(OwnProcess.Look()).Select(static leak => leak.Key),
        .. directories.Where(Directory.Exists).SelectMany(Names),
        .. Shared.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries).Where(path => path.Contains(mark, StringComparison.Ordinal)),
    ];

    /// <summary>A process that came since, and is ours by its arguments, environment, cgroup or directory, or by the user namespace in which it is.</summary>
    private IEnumerable<string> Processes() => Pids().Where(pid => !processes.Contains(Identity(pid))).Select(Describe).OfType<string>();

    private string? Describe(string pid)
    {
        foreach (string file in (string[])["cmdline", "environ", "cgroup", "mountinfo"])
        {
            if (Read($"/proc/{pid}/{file}").Contains(mark, StringComparison.Ordinal)) { return $"process {pid} by its {file}"; }
        }

        return Read($"/proc/{pid}/uid_map").Contains(map, StringComparison.Ordinal) ? $"process {pid} in a user namespace of the instance" : null;
    }

    private static IEnumerable<string> Pids() =>
        Directory.EnumerateDirectories("/proc").Select(static path => path["/proc/".Length..]).Where(static name => char.IsAsciiDigit(name[0]) && name != Own);

    private static string Own { get; } = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The pid with the start time: a pid alone may be somebody else's by now.</summary>
    private static string Identity(string pid)
    {
        string stat = Read($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ');
        return fields.Length > StartTimeField ? $"{pid} {fields[StartTimeField]}" : pid;
    }

    /// <summary>Position of the start time behind the name; see proc_pid_stat(5).</summary>
    private const int StartTimeField = 20;

    private static IEnumerable<string> Names(string directory) => Directory.EnumerateFileSystemEntries(directory, "*",
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true });

    private static string Read(string file)
    {
        try { return File.ReadAllText(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; } // it ended while we looked
    }
}
