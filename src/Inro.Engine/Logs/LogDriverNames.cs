namespace Inro.Engine.Logs;

/// <summary>The drivers' names, which are docker's.</summary>
public static class LogDriverNames
{
    /// <summary>All, as a person types them.</summary>
    public static IReadOnlyList<string> All { get; } = ["local", "json-file", "journald", "none"];

    /// <summary>The name of a driver.</summary>
    public static string Of(LogDriver driver) => driver switch
    {
        LogDriver.Local => "local",
        LogDriver.JsonFile => "json-file",
        LogDriver.Journald => "journald",
        _ => "none",
    };

    /// <summary>The driver of a name; null: there is none.</summary>
    public static LogDriver? Find(string? name) => name switch
    {
        "local" => LogDriver.Local,
        "json-file" => LogDriver.JsonFile,
        "journald" => LogDriver.Journald,
        "none" => LogDriver.None,
        _ => null,
    };
}
