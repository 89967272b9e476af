namespace Inro.Engine.Logs;

/// <summary>How a container's log is stored.</summary>
public enum LogDriver
{
    /// <summary>Length-prefixed binary records; the default.</summary>
    Local,

    /// <summary>One JSON object per line, as docker's json-file driver writes it.</summary>
    JsonFile,

    /// <summary>Nothing is stored.</summary>
    None,
}
