namespace Inro.KernelTests.Harness;

/// <summary>Where the things that a test can leave behind are to be seen.</summary>
internal static class LeakSources
{
    private const int MaxCgroupDepth = 8;

    /// <summary>Directories that hold files named for containers, and pinned network namespaces.</summary>
    private static readonly string[] SharedDirectories = ["/run/netns", "/run/inro", "/run/inro/containers", "/var/lib/inro/containers", "/dev/shm", "/tmp"];

    /// <summary>Processes that carry the marker in arguments, environment or cgroup, or that stand in a watched directory.</summary>
    public static IEnumerable<Leak> Processes(string marker, string[] roots)
    {
        string own = Environment.ProcessId.ToString();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            string pid = Path.GetFileName(directory);
            if (!char.IsAsciiDigit(pid[0]) || pid == own) { continue; }

            if (WhyOurs(directory, marker, roots) is { } why)
            {
                int id = int.Parse(pid);
                yield return new Leak("process", $"{pid} {ReadText(directory + "/comm").Trim()} ({why})", () => OwnProcess.Kill(id));
            }
        }
    }

    /// <summary>Mounts in this process's mount namespace.</summary>
    public static IEnumerable<Leak> Mounts(string marker, string[] roots) => MountTable.Read()
        .Where(m => (m.Target + " " + m.Source + " " + m.SuperOptions + " " + m.Root).Contains(marker, StringComparison.Ordinal)
            || roots.Any(root => IsUnder(m.Target, root)))
        .Reverse()
        .Select(m => new Leak("mount", $"{m.Target} ({m.FileSystem})",
            () => Tool.Run("umount", ["--lazy", "--", m.Target], TimeSpan.FromSeconds(10))));

    /// <summary>cgroups of every hierarchy whose path holds the marker, the deepest first.</summary>
    public static IEnumerable<Leak> Cgroups(string marker)
    {
        IEnumerable<string> hierarchies = MountTable.Read().Where(m => m.FileSystem is "cgroup" or "cgroup2").Select(m => m.Target).Distinct();
        return hierarchies.SelectMany(h => CgroupsBelow(h, marker, 0)).Reverse()
            .Select(path => new Leak("cgroup", path, () => RemoveEmpty(path)));
    }

    /// <summary>Listening unix sockets, abstract ones too.</summary>
    public static IEnumerable<Leak> Sockets(string marker) => File.ReadLines("/proc/net/unix")
        .Where(line => line.Contains(marker, StringComparison.Ordinal))
        .Select(line => new Leak("socket", line[(line.LastIndexOf(' ') + 1)..], () => { }))
        .DistinctBy(leak => leak.Key);

    /// <summary>Everything under the watched directories, and what carries the marker in directories that tests share.</summary>
    public static IEnumerable<Leak> Files(string marker, string[] roots)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
        IEnumerable<string> watched = roots.Where(Directory.Exists).SelectMany(r => Directory.EnumerateFileSystemEntries(r, "*", everything));
        IEnumerable<string> shared = SharedDirectories.Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFileSystemEntries)
            .Where(path => Path.GetFileName(path).Contains(marker, StringComparison.Ordinal));
        return watched.Concat(shared).Select(path => new Leak("file", path, () => { }));
    }

    private static string? WhyOurs(string process, string marker, string[] roots)
    {
        if (ReadText(process + "/environ").Contains(marker, StringComparison.Ordinal)) { return "environment"; }

        if (ReadText(process + "/cmdline").Contains(marker, StringComparison.Ordinal)) { return "arguments"; }

        if (ReadText(process + "/cgroup").Contains(marker, StringComparison.Ordinal)) { return "cgroup"; }

        return roots.Length > 0 && ((string[])["root", "cwd"]).Any(link => roots.Any(root => IsUnder(ReadLink(process + "/" + link), root)))
            ? "its directory" : null;
    }

    private static IEnumerable<string> CgroupsBelow(string directory, string marker, int depth)
    {
        if (depth == MaxCgroupDepth) { yield break; }

        foreach (string child in Entries(directory))
        {
            if (child.Contains(marker, StringComparison.Ordinal)) { yield return child; }

            foreach (string deeper in CgroupsBelow(child, marker, depth + 1)) { yield return deeper; }
        }
    }

    private static string[] Entries(string directory)
    {
        try { return Directory.GetDirectories(directory); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return []; } // it went away while we looked
    }

    private static void RemoveEmpty(string cgroup)
    {
        // rmdir, never a recursive removal: the kernel's files in it cannot be unlinked. Busy means that a process is left, which is reported.
        if (Directory.Exists(cgroup)) { Tool.Run("rmdir", ["--", cgroup], TimeSpan.FromSeconds(5)); }
    }

    private static bool IsUnder(string path, string root) => path == root || path.StartsWith(root + "/", StringComparison.Ordinal);

    private static string ReadText(string path)
    {
        try { return File.ReadAllText(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; } // it ended while we looked
    }

    private static string ReadLink(string path)
    {
        try { return new FileInfo(path).LinkTarget ?? ""; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; }
    }
}
