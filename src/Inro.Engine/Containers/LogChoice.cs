using System.Globalization;
using Inro.Engine.Logs;

namespace Inro.Engine.Containers;

/// <summary>Where and how a container's log is stored, from what was asked.</summary>
public static class LogChoice
{
    private const string DefaultDriver = "json-file";

    /// <summary>The driver's name as inspect shows it.</summary>
    public static string DriverOf(ContainerConfig config) => config.LogDriver is { Length: > 0 } driver ? driver : DefaultDriver;

    /// <summary>Settings of the log.</summary>
    /// <exception cref="EngineException">InvalidArgument or NotImplemented: an option or a driver that is not known.</exception>
    public static LogSettings Of(ContainerConfig config, string bundle)
    {
        string driver = DriverOf(config);
        LogDriver kind = driver switch
        {
            "json-file" => LogDriver.JsonFile,
            "local" => LogDriver.Local,
            "none" => LogDriver.None,
            _ => throw new EngineException(ErrorCode.NotImplemented, $"log driver {driver} is not known", "use json-file, local or none"),
        };
        var settings = new LogSettings { Driver = kind, Path = bundle + "/log" };
        foreach ((string name, string value) in config.LogOptions)
        {
            settings = name switch
            {
                "max-size" => settings with { MaxFileBytes = value == "-1" ? long.MaxValue : Size(name, value) },
                "max-file" => settings with { MaxFiles = Count(name, value) },
                "mode" or "max-buffer-size" or "compress" or "labels" or "labels-regex" or "env" or "env-regex" or "tag" => settings,
                _ => throw new EngineException(ErrorCode.InvalidArgument, $"unknown log opt '{name}' for {driver} log driver", "known: max-size, max-file"),
            };
        }

        return settings;
    }

    private static int Count(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 1000
            ? count
            : throw Invalid(name, value, "give a number from 1 to 1000");

    /// <summary>Bytes with docker's units: b, k, m, g, powers of 1024.</summary>
    private static long Size(string name, string value)
    {
        ReadOnlySpan<char> digits = value.AsSpan().TrimEnd("bB");
        long unit = digits.Length == 0 ? 1 : char.ToLowerInvariant(digits[^1]) switch { 'k' => 1L << 10, 'm' => 1L << 20, 'g' => 1L << 30, _ => 1 };
        if (unit > 1) { digits = digits[..^1]; }

        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count > 0 && count <= long.MaxValue / unit
            ? count * unit
            : throw Invalid(name, value, "give a size like 10m");
    }

    private static EngineException Invalid(string name, string value, string remedy) => new(ErrorCode.InvalidArgument, $"invalid value for log opt {name}: '{value}'", remedy);
}
