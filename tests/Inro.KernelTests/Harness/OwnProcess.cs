namespace Inro.KernelTests.Harness;

/// <summary>The test process itself: its descriptors and its children.</summary>
internal static class OwnProcess
{
    /// <summary>Open descriptors, by what they lead to, and children, the dead ones that nobody waited for too.</summary>
    public static IEnumerable<Leak> Look() => Descriptors().Concat(Children());

    /// <summary>Kills one process of the test's.</summary>
    public static void Kill(int pid) => Tool.Run("kill", ["-KILL", pid.ToString()], TimeSpan.FromSeconds(5));

    private static IEnumerable<Leak> Descriptors()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            string target = Target(entry);
            // The runtime opens these by itself and for good; the directory being read is one as well.
            if (target.Length == 0 || target.EndsWith("/fd", StringComparison.Ordinal) || target == "anon_inode:[eventpoll]"
                || target.EndsWith(".dll", StringComparison.Ordinal) || target.EndsWith(".pdb", StringComparison.Ordinal)) { continue; }

            // The number may be reused and pipes are numbered anew: what counts is how many of a kind are open.
            string kind = target.StartsWith("pipe:", StringComparison.Ordinal) ? "pipe"
                : target.StartsWith("socket:", StringComparison.Ordinal) ? "socket" : target;
            int nth = seen[kind] = seen.GetValueOrDefault(kind) + 1;
            yield return new Leak("descriptor", $"{kind} ({nth} of the kind)", () => { });
        }
    }

    private static IEnumerable<Leak> Children()
    {
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            string file = task + "/children";
            string text = "";
            try { text = File.Exists(file) ? File.ReadAllText(file) : ""; }
            catch (IOException) { } // the thread ended while we looked

            foreach (string pid in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                int id = int.Parse(pid);
                yield return new Leak("child", pid, () => Kill(id));
            }
        }
    }

    private static string Target(string link)
    {
        try { return new FileInfo(link).LinkTarget ?? ""; }
        catch (IOException) { return ""; }
    }
}
