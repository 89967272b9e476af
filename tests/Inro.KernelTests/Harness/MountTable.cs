namespace Inro.KernelTests.Harness;

/// <summary>One line of /proc/self/mountinfo. See proc_pid_mountinfo(5).</summary>
public sealed record MountLine(string Id, string Root, string Target, string FileSystem, string Source, string SuperOptions);

/// <summary>The mounts that this process sees.</summary>
public static class MountTable
{
    /// <summary>All mounts, in the kernel's order: a mount stands after the one that it covers.</summary>
    public static IReadOnlyList<MountLine> Read() => [.. File.ReadLines("/proc/self/mountinfo").Select(Parse)];

    /// <summary>Mounts at or beneath <paramref name="directory"/>.</summary>
    public static IEnumerable<MountLine> Under(string directory) => Read()
        .Where(m => m.Target == directory || m.Target.StartsWith(directory + "/", StringComparison.Ordinal));

    private static MountLine Parse(string line)
    {
        string[] fields = line.Split(' ');
        int separator = Array.IndexOf(fields, "-", 6); // optional fields end at a single dash
        string superOptions = separator + 3 < fields.Length ? fields[separator + 3] : "";
        return new MountLine(fields[0], Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1], Unescape(fields[separator + 2]), superOptions);
    }

    private static string Unescape(string field) => field.Contains('\\', StringComparison.Ordinal)
        ? field.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\")
        : field;
}
