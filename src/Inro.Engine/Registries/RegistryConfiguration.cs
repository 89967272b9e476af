using System.Text.Json;
using Tomlyn;

namespace Inro.Engine.Registries;

/// <summary>Reads what this machine and this user have set up about registries, in the files of containers and of docker.</summary>
public static class RegistryConfiguration
{
    private const int MaxFileBytes = 4 << 20;

    /// <summary>Reads the rules.</summary>
    /// <exception cref="EngineException">InvalidArgument: a file cannot be understood.</exception>
    public static RegistryRules ReadRules() => ReadRules(Files(), "/etc/docker/daemon.json");

    /// <summary>The same from given files; those that are not there count as empty.</summary>
    internal static RegistryRules ReadRules(IEnumerable<string> registries, string daemon) =>
        new([.. registries.Where(File.Exists).Select(ReadRegistries)], File.Exists(daemon) ? ReadDaemon(daemon) : null);

    /// <summary>Directories with certificates, those of the user first.</summary>
    public static IReadOnlyList<string> CertificateDirectories() =>
        [.. Home() is { } home ? [$"{home}/.config/containers/certs.d"] : (string[])[], "/etc/containers/certs.d", "/etc/docker/certs.d"];

    private static IEnumerable<string> Files()
    {
        if (Environment.GetEnvironmentVariable("CONTAINERS_REGISTRIES_CONF") is { Length: > 0 } named) { return [named]; }

        string? user = Home() is { } home ? $"{home}/.config/containers" : null;
        string main = user is not null && File.Exists(user + "/registries.conf") ? user + "/registries.conf" : "/etc/containers/registries.conf";
        return [main, .. DropIns("/etc/containers/registries.conf.d"), .. user is null ? [] : DropIns(user + "/registries.conf.d")];
    }

    private static IEnumerable<string> DropIns(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*.conf").Order(StringComparer.Ordinal) : [];

    private static string? Home() => Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } home ? home : null;

    private static RegistriesFile ReadRegistries(string path)
    {
        try { return TomlSerializer.Deserialize(Text(path), RegistriesToml.Default.RegistriesFile) ?? new RegistriesFile(); }
        catch (TomlException malformed) { throw Malformed(path, malformed); }
    }

    private static DaemonFile? ReadDaemon(string path)
    {
        try { return JsonSerializer.Deserialize(Text(path), DaemonJson.Default.DaemonFile); }
        catch (JsonException malformed) { throw Malformed(path, malformed); }
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

    private static EngineException Malformed(string path, Exception cause) => new(ErrorCode.InvalidArgument, $"{path} cannot be understood: {cause.Message}", "mend the file", cause);
}
