namespace Inro.Engine.Logs;

/// <summary>Finds the encoding of a driver.</summary>
public static class LogEncodings
{
    /// <summary>The driver's encoding; null: the driver stores nothing.</summary>
    public static ILogEncoding? For(LogDriver driver) => driver switch
    {
        LogDriver.Local => new LocalEncoding(),
        LogDriver.JsonFile => new JsonFileEncoding(),
        _ => null,
    };
}
