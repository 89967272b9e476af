using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Arguments;

/// <summary>Descriptors that this program was given and that a process of a container gets as well: from 3 upwards.</summary>
internal static class KeptDescriptors
{
    private const int First = 3; // after the three streams
    private const int CloseOnExec = 0x80000; // O_CLOEXEC; see proc_pid_fdinfo(5)

    /// <summary>So many of them; they stay open here.</summary>
    /// <exception cref="UsageException">One was not given.</exception>
    public static IReadOnlyList<SafeFileHandle> Of(int count)
    {
        List<SafeFileHandle> kept = [];
        for (int number = First; number < First + count; number++)
        {
            if (!WasGiven(number)) { throw new UsageException($"file descriptor {number} is not available: --preserve-fds hands on what this command was given, from {First} upwards"); }

            kept.Add(new SafeFileHandle(number, ownsHandle: false));
        }

        return kept;
    }

    // What this program has opened itself is closed on exec, and nobody else's.
    private static bool WasGiven(int number)
    {
        try
        {
            string flags = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{number}")).First(static l => l.StartsWith("flags:", StringComparison.Ordinal));
            return (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (IOException) { return false; }
    }
}
