using System.Globalization;

namespace Inro.Bench.Measuring;

/// <summary>A process as /proc shows it.</summary>
internal sealed record SeenProcess(int Pid, string Name, string Program, string Arguments);

/// <summary>Memory of processes that stand, those in the peers' pid namespace included: this machine sees them all.</summary>
internal static class ProcessMemory
{
    /// <summary>Proportional set size in MB: shared pages are divided among those who share them.</summary>
    public static Standing Pss(string name, Func<SeenProcess, bool> which) => Of(name, which, "smaps_rollup", "Pss:");

    /// <summary>Resident set size in MB.</summary>
    public static Standing Rss(string name, Func<SeenProcess, bool> which) => Of(name, which, "smaps_rollup", "Rss:");

    private static Standing Of(string name, Func<SeenProcess, bool> which, string file, string field)
    {
        double[] found = [.. Processes().Where(which).Select(p => Kilobytes(p.Pid, file, field) / 1024).Where(mb => mb > 0)];
        return new Standing(name, found, found.Length == 0 ? "no such process" : null);
    }

    private static IEnumerable<SeenProcess> Processes()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[6])))
        {
            SeenProcess? process = null;
            try
            {
                string arguments = File.ReadAllText(directory + "/cmdline").Replace('\0', ' ').TrimEnd();
                string program = new FileInfo(directory + "/exe").LinkTarget ?? "";
                process = new SeenProcess(int.Parse(directory.AsSpan(6)), Path.GetFileName(program), program, arguments);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // it ended while we looked
            }

            if (process is not null) { yield return process; }
        }
    }

    private static double Kilobytes(int pid, string file, string field)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{pid}/{file}").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException) { return 0; } // it ended while we looked
    }
}
