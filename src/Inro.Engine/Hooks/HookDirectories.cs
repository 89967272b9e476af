using Inro.Spec.Runtime;

namespace Inro.Engine.Hooks;

/// <summary>The hooks that files in directories give to containers.</summary>
/// <remarks>Source: oci-hooks(5): files <c>*.json</c>; one hides those of the same name in earlier directories; all run in the order of their names.</remarks>
internal static class HookDirectories
{
    private const int MaxFileBytes = 256 * 1024;
    private const int MaxFiles = 1024;

    /// <summary>The configuration with the hooks of a container, after those that it has.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="directories">The strongest last.</param>
    /// <param name="subject">What the files' conditions look at.</param>
    /// <exception cref="EngineException">InvalidArgument: a directory cannot be read or a file not be understood.</exception>
    public static RuntimeConfig Apply(RuntimeConfig config, IReadOnlyList<string> directories, HookSubject subject)
    {
        HooksConfig? hooks = config.Hooks;
        foreach (string path in Files(directories))
        {
            HookFile file = Read(path);
            if (!file.When.Hold(subject)) { continue; }

            foreach (string stage in file.Stages) { hooks = (hooks ?? new HooksConfig()).With(stage, file.Hook); }
        }

        return config with { Hooks = hooks };
    }

    private static List<string> Files(IReadOnlyList<string> directories)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string directory in directories)
        {
            try
            {
                foreach (string path in Directory.EnumerateFiles(directory, "*.json").Take(MaxFiles + 1)) { files[Path.GetFileName(path)] = path; }
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"directory of hooks {directory}: {unreadable.Message}", "make the directory, or leave it out (--hooks-dir, or hooks-dir in config.toml)", unreadable);
            }

            if (files.Count > MaxFiles) { throw new EngineException(ErrorCode.InvalidArgument, $"directory of hooks {directory}: more than {MaxFiles} files", "put fewer files there"); }
        }

        return [.. files.Values];
    }

    private static HookFile Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[MaxFileBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxFileBytes ? HookFileReader.Parse(bytes.AsMemory(0, length)) : throw new FormatException($"longer than {MaxFileBytes} bytes");
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"hook file {path}: {wrong.Message}", "mend the file or take it away: oci-hooks(5) says what may stand there", wrong);
        }
    }
}
