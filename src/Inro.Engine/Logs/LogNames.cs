using System.Globalization;

namespace Inro.Engine.Logs;

/// <summary>Names of a log's files: <c>log</c>, <c>log.1</c> (the youngest rotated one), <c>log.2</c>, …; compressed ones end in <c>.gz</c> (json-file, as docker's) or <c>.zst</c>.</summary>
internal static class LogNames
{
    /// <summary>A file as it was written; 0 is the current one.</summary>
    public static string Plain(LogSettings settings, int age) =>
        age == 0 ? settings.Path : string.Create(CultureInfo.InvariantCulture, $"{settings.Path}.{age}");

    /// <summary>The same, compressed.</summary>
    public static string Packed(LogSettings settings, int age) => Plain(settings, age) + PackedLogFormat.Of(settings.Driver).Ending;

    /// <summary>The file that becomes the current one when the others have been moved; always empty.</summary>
    public static string Next(LogSettings settings) => settings.Path + ".next";

    /// <summary>What is being compressed; of no meaning to anybody who did not begin it.</summary>
    public static string Unfinished(LogSettings settings) => settings.Path + ".packing";
}
