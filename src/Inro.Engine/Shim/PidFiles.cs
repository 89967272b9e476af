using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Engine.Shim;

/// <summary>Files of the host that have a pid while a container runs (<c>--pidfile</c>, <c>--conmon-pidfile</c>): the user names them, who watches them reads whole ones.</summary>
internal static class PidFiles
{
    private const uint ReadableMode = 0x1A4; // 0644

    /// <summary>Writes the files that are asked for.</summary>
    /// <exception cref="ShimException">One cannot be written.</exception>
    public static void Write(ShimConfig config, int container)
    {
        Write(config.PidFile, container);
        Write(config.ShimPidFile, Environment.ProcessId);
    }

    /// <summary>Removes them: no file names a pid that another process may get. What somebody else wrote meanwhile stays.</summary>
    public static void Remove(ShimConfig config, int container)
    {
        Remove(config.PidFile, container);
        Remove(config.ShimPidFile, Environment.ProcessId);
    }

    private static void Write(string? path, int pid)
    {
        if (path is null) { return; }

        try
        {
            using DirFd directory = DirFd.Open(Path.GetDirectoryName(path) ?? "/");
            AtomicFile.Write(directory, Path.GetFileName(path), Encoding.ASCII.GetBytes(Text(pid)), ReadableMode, durable: false);
        }
        catch (LinuxException failure) { throw new ShimException(ExitStatuses.RunFailed, $"the pid cannot be written to {path}: {failure.Message}", "name a file in a directory that is there", failure); }
    }

    private static void Remove(string? path, int pid)
    {
        if (path is null) { return; }

        try
        {
            if (new FileInfo(path) is { Exists: true, Length: < 32 } && File.ReadAllText(path) == Text(pid)) { File.Delete(path); }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { /* it is not ours any more */ }
    }

    private static string Text(int pid) => pid.ToString(CultureInfo.InvariantCulture);
}
