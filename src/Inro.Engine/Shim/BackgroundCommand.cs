using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>This program once more, in a session of its own, with nobody who waits for it.</summary>
internal static class BackgroundCommand
{
    private const string ProcessName = "inro";

    /// <summary>Starts it. Where it cannot be started the next command finds what it should have done.</summary>
    /// <param name="arguments">As after the program's name.</param>
    /// <returns>Its pid; 0: it was not started.</returns>
    public static int TryStart(IReadOnlyList<string> arguments)
    {
        try
        {
            using SafeFileHandle none = Inro.Linux.Descriptors.Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
            return ProcessSpawn.Start(new SpawnRequest
            {
                Path = "/proc/self/exe",
                Arguments = [ProcessName, .. arguments],
                Environment = ShimEnvironment.Inherited(),
                Descriptors = [new(0, none), new(1, none), new(2, none)],
                NewSession = true,
            });
        }
        catch (LinuxException) { return 0; } // no memory, no process left: the next command looks
    }
}
