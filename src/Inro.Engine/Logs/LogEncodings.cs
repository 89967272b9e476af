namespace Inro.Engine.Logs;

/// <summary>Finds the encoding of a driver.</summary>
public static class LogEncodings
{
    /// <summary>What a driver's files are read with; null: the driver writes none.</summary>
    public static ILogEncoding? For(LogDriver driver) => driver switch
    {
        LogDriver.Local => new LocalEncoding(),
        LogDriver.JsonFile => new JsonFileEncoding(),
        _ => null,
    };

    /// <summary>What a log's files are written with; null: the driver writes none.</summary>
    public static ILogEncoding? For(LogSettings settings) =>
        settings.Driver == LogDriver.JsonFile ? new JsonFileEncoding(settings.Attributes) : For(settings.Driver);
}
