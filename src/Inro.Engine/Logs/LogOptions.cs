using System.Globalization;

namespace Inro.Engine.Logs;

/// <summary>What a driver takes of <c>--log-opt</c>, with docker's names, defaults, and words of refusal.</summary>
public static class LogOptions
{
    private const string NonBlocking = "non-blocking";
    private const int MaxFiles = 1000;

    private static readonly string[] OfAll = ["mode", "max-buffer-size"];
    private static readonly string[] OfFiles = ["compress", "max-file", "max-size"];

    /// <summary>Options that name what is stored with each line.</summary>
    private static readonly string[] Attributes = ["env", "env-regex", "labels", "labels-regex", "tag"];

    /// <summary>All options, for completion.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfFiles, .. Attributes, .. OfAll];

    /// <summary>The settings with what the options say; refuses what docker refuses.</summary>
    /// <exception cref="FormatException">An option that the driver does not know, or that has no such value.</exception>
    public static LogSettings Apply(LogSettings settings, IReadOnlyDictionary<string, string> options)
    {
        if (settings.Driver == LogDriver.None) { return settings; } // as docker: what is not kept needs no options

        settings = settings with { MaxBufferBytes = Buffer(options), IsCompressed = settings.Driver == LogDriver.Local };
        foreach (string name in options.Keys) { Require(name, settings.Driver); }

        if (options.Count > 0) { _ = LogAttributes.Of(options, LogSubject.Example); }

        return settings.Driver is LogDriver.Journald ? settings : Files(settings, options);
    }

    private static void Require(string name, LogDriver driver)
    {
        bool isKnown = Array.IndexOf(OfAll, name) >= 0 || Array.IndexOf(Attributes, name) >= 0 || (driver != LogDriver.Journald && Array.IndexOf(OfFiles, name) >= 0);
        if (!isKnown) { throw new FormatException($"unknown log opt '{name}' for {LogDriverNames.Of(driver)} log driver"); }
    }

    private static int Buffer(IReadOnlyDictionary<string, string> options)
    {
        string mode = options.GetValueOrDefault("mode", "");
        if (mode is not ("" or "blocking" or NonBlocking)) { throw new FormatException($"logger: logging mode not supported: {mode}"); }

        if (!options.TryGetValue("max-buffer-size", out string? size)) { return mode == NonBlocking ? LogSettings.DefaultMaxBufferBytes : 0; }

        if (mode != NonBlocking) { throw new FormatException($"logger: max-buffer-size option is only supported with 'mode={NonBlocking}'"); }

        try { return (int)Math.Clamp(ByteSize.Parse(size), 1, int.MaxValue / 4); }
        catch (FormatException reason) { throw new FormatException("error parsing option max-buffer-size: " + reason.Message, reason); }
    }

    private static LogSettings Files(LogSettings settings, IReadOnlyDictionary<string, string> options)
    {
        if (options.TryGetValue("max-size", out string? size)) { settings = settings with { MaxFileBytes = Size(size, settings.Driver) }; }

        if (options.TryGetValue("max-file", out string? files)) { settings = settings with { MaxFiles = Count(files) }; }

        bool isAsked = options.TryGetValue("compress", out string? compress);
        if (isAsked) { settings = settings with { IsCompressed = Switch(compress!) }; } // asked: it is there

        bool isPossible = settings.MaxFiles > 1 && settings.MaxFileBytes < long.MaxValue;
        if (!settings.IsCompressed || isPossible) { return settings; }

        if (!isAsked) { return settings with { IsCompressed = false }; } // docker's local refuses even then; a single small log is not worth that

        throw new FormatException(settings.Driver == LogDriver.Local
            ? "compression cannot be enabled when max file count is 1"
            : "compress cannot be true when max-file is less than 2 or max-size is not set");
    }

    /// <summary>As docker reads them: json-file in powers of 1,000, local in powers of 1,024.</summary>
    private static long Size(string text, LogDriver driver)
    {
        if (text == "-1") { return long.MaxValue; }

        long size = driver == LogDriver.Local ? ByteSize.Parse(text) : ByteSize.ParseDecimal(text);
        return size > 0 ? size : throw new FormatException("max-size must be a positive number");
    }

    private static int Count(string text)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count)) { throw new FormatException($"max-file: parsing \"{text}\": invalid syntax"); }

        if (count < 1) { throw new FormatException("max-file cannot be less than 1"); }

        return count <= MaxFiles ? count : throw new FormatException($"max-file cannot be more than {MaxFiles}");
    }

    private static bool Switch(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"compress: parsing \"{text}\": invalid syntax"),
    };
}
