using System.Globalization;
using Inro.Engine.Shim;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Rootless;

/// <summary>The user namespace in which containers of an ordinary user's instance run, or its server.</summary>
/// <remarks>
/// A further command joins it, because only there it has rights over them: a shim that takes over a container from a killed one
/// must be able to signal every user of the container and to enter its namespaces.
/// </remarks>
internal static class RunningNamespace
{
    /// <summary>Opens it; null: nothing runs, or those that run have other ids.</summary>
    /// <param name="runDirectory">The instance's; <see cref="InstancePaths.Run"/>.</param>
    /// <param name="identity">Whose ids it must have.</param>
    public static SafeFileHandle? TryOpen(string runDirectory, UserIdentity identity)
    {
        foreach (string directory in Candidates(runDirectory))
        {
            try
            {
                if (TryOpenOf(directory, identity) is { } found) { return found; }
            }
            catch (Exception unusable) when (unusable is ShimException or LinuxException)
            {
                // A damaged note, or a process that does not let us look: not this one.
            }
        }

        return null;
    }

    // A server comes first: it must reach what is made from now on.
    private static IEnumerable<string> Candidates(string runDirectory) =>
        new[] { runDirectory + "/servers", runDirectory + "/containers" }.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);

    private static SafeFileHandle? TryOpenOf(string directory, UserIdentity identity)
    {
        ShimStatus? status = ShimStatusFile.Read(directory);
        if (status is not { State: ShimState.Running } || status.BootId != BootId.Read()) { return null; }

        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{status.Pid}");
        SafeFileHandle? file = Descriptor.OpenIfThere(process + "/ns/user", OpenFlags.Read);
        // Opened before it is looked at: if the process is still the same now, it was when the file was opened.
        if (file is not null && HasMaps(process, identity) && ProcessStat.Read(status.Pid)?.StartTime == status.StartTime) { return file; }

        file?.Dispose();
        return null;
    }

    // A container with a user namespace of its own has other maps.
    private static bool HasMaps(string process, UserIdentity identity) =>
        HasMap(process + "/uid_map", identity.UserMappings) && HasMap(process + "/gid_map", identity.GroupMappings);

    private static bool HasMap(string file, IReadOnlyList<IdMapping> wanted)
    {
        try { return IdMapping.ReadMap(File.ReadAllText(file)).SequenceEqual(wanted); }
        catch (IOException) { return false; } // it ended while we looked
    }
}
