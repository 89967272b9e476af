using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Arguments;

/// <summary>Descriptors that this program was given and that a process of a container gets as well: from 3 upwards.</summary>
internal static class KeptDescriptors
{
    private const int First = 3; // after the three streams

    /// <summary>So many of them; they stay open here.</summary>
    /// <exception cref="UsageException">One is not open.</exception>
    public static IReadOnlyList<SafeFileHandle> Of(int count)
    {
        List<SafeFileHandle> kept = [];
        for (int number = First; number < First + count; number++)
        {
            if (!Path.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{number}"))) { throw new UsageException($"file descriptor {number} is not available - the preserve-fds option requires that file descriptors must be passed"); }

            kept.Add(new SafeFileHandle(number, ownsHandle: false));
        }

        return kept;
    }
}
