using Inro.Engine.Images;
using Inro.Spec;
using Tomlyn;

namespace Inro.Engine.Configuration;

/// <summary>Reads the configuration: the user's file, or the machine's where there is none. Only verbs that need it do.</summary>
public static class ConfigurationReader
{
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Names another file in the place of all; empty: none is read.</summary>
    public const string Variable = "INRO_CONFIG";

    /// <summary>Which images are kept; null: all.</summary>
    /// <exception cref="EngineException">InvalidArgument: the file cannot be understood.</exception>
    public static ImageGcPolicy? ReadImageGc() => ReadImageGc(Find());

    /// <summary>The same from a given file.</summary>
    /// <param name="path">Null, or one that is not there, counts as empty.</param>
    internal static ImageGcPolicy? ReadImageGc(string? path)
    {
        if (path is null || !File.Exists(path)) { return null; }

        return Understood(path, () =>
        {
            ImageGcTable? table = Read(Text(path))?.ImageGc;
            ImageGcPolicy? policy = table is null ? null : new ImageGcPolicy
            {
                KeepStorageBytes = Bytes(table.KeepStorage, "keep-storage"),
                KeepFor = Duration(table.KeepFor),
                MinFreeBytes = Bytes(table.MinFree, "min-free"),
            };
            return policy is { KeepStorageBytes: null, KeepFor: null, MinFreeBytes: null } ? null : policy;
        });
    }

    /// <summary>How containers' file systems are to be made; null: as works best. Part of every start, so a file that does not speak of it is not parsed.</summary>
    /// <exception cref="EngineException">InvalidArgument: the file cannot be understood.</exception>
    public static SnapshotKind? ReadStorage() => ReadStorage(Find());

    /// <summary>The same from a given file.</summary>
    /// <param name="path">Null, or one that is not there, counts as empty.</param>
    internal static SnapshotKind? ReadStorage(string? path)
    {
        if (path is null || !File.Exists(path) || Text(path) is not { } text || !text.Contains("storage", StringComparison.Ordinal)) { return null; }

        return Understood<SnapshotKind?>(path, () => Read(text)?.Storage?.Driver is not { } driver ? null
            : SnapshotKinds.Find(driver) ?? throw new FormatException($"storage.driver: '{driver}' is none of overlay, fuse-overlayfs, vfs"));
    }

    /// <summary>Whether <c>-v</c> refuses a directory of the host that is missing, and does not make it as docker does.</summary>
    /// <exception cref="EngineException">InvalidArgument: the file cannot be understood.</exception>
    public static bool RefusesMissingBindSource() => RefusesMissingBindSource(Find());

    /// <summary>The same from a given file.</summary>
    /// <param name="path">Null, or one that is not there, counts as empty.</param>
    internal static bool RefusesMissingBindSource(string? path) => path is not null && File.Exists(path) && Understood(path, () => Read(Text(path))?.Containers?.MissingBindSource switch
    {
        null or "create" => false,
        "refuse" => true,
        var other => throw new FormatException($"containers.missing-bind-source: '{other}' is none of create, refuse"),
    });

    /// <summary>Where CDI's files are, the strongest last.</summary>
    /// <exception cref="EngineException">InvalidArgument: the file cannot be understood.</exception>
    public static IReadOnlyList<string> ReadCdiDirectories() =>
        Find() is { } path && File.Exists(path) && Understood(path, () => Read(Text(path))?.Containers?.CdiSpecDirs) is { } configured ? configured : ["/etc/cdi", "/var/run/cdi"];

    /// <summary>Directories whose files give containers hooks, the strongest last; empty: none. Part of every start, so a file that does not speak of it is not parsed.</summary>
    /// <exception cref="EngineException">InvalidArgument: the file cannot be understood.</exception>
    public static IReadOnlyList<string> ReadHookDirectories() => ReadHookDirectories(Find());

    /// <summary>The same from a given file.</summary>
    /// <param name="path">Null, or one that is not there, counts as empty.</param>
    internal static IReadOnlyList<string> ReadHookDirectories(string? path)
    {
        if (path is null || !File.Exists(path) || Text(path) is not { } text || !text.Contains("hooks-dir", StringComparison.Ordinal)) { return []; }

        return Understood(path, () => (Read(text)?.Containers?.HooksDir ?? []) is var all && all.Find(static d => d is not ['/', ..]) is { } relative
            ? throw new FormatException($"containers.hooks-dir: '{relative}' is no absolute path")
            : all);
    }

    private static ConfigurationFile? Read(string text) => TomlSerializer.Deserialize(text, ConfigurationToml.Default.ConfigurationFile);

    private static T Understood<T>(string path, Func<T> read)
    {
        try { return read(); }
        catch (Exception malformed) when (malformed is TomlException or FormatException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"{path} cannot be understood: {malformed.Message}", "mend the file", malformed);
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } named) { return named.Length == 0 ? null : named; }

        string? directory = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is ['/', ..] configured ? configured
            : Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } home ? home + "/.config"
            : null;
        string user = directory + "/inro/config.toml";
        return directory is not null && File.Exists(user) ? user : "/etc/inro/config.toml";
    }

    private static string Text(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? File.ReadAllText(path)
                : throw new EngineException(ErrorCode.InvalidArgument, $"{path} has more than {MaxFileBytes} bytes", "make it smaller");
        }
        catch (UnauthorizedAccessException unreadable) { throw new EngineException(ErrorCode.PermissionDenied, $"{path} cannot be read: {unreadable.Message}", "make it readable", unreadable); }
    }

    private static long? Bytes(string? text, string name)
    {
        try { return text is null ? null : ByteSize.Parse(text); }
        catch (FormatException wrong) { throw new FormatException($"image-gc.{name}: {wrong.Message}", wrong); }
    }

    private static TimeSpan? Duration(string? text)
    {
        try
        {
            TimeSpan? span = text is null ? null : GoDuration.Parse(text);
            return span is null || span >= TimeSpan.Zero ? span : throw new FormatException($"'{text}' is negative");
        }
        catch (FormatException wrong) { throw new FormatException($"image-gc.keep-for: {wrong.Message}", wrong); }
    }
}
