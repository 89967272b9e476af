namespace Inro.Engine.Logs;

/// <summary>How a container's log is stored.</summary>
public enum LogDriver
{
    /// <summary>Length-prefixed binary records, rotated files compressed; what the commands choose where nothing is asked.</summary>
    Local,

    /// <summary>One JSON object per line, as docker's json-file driver writes it.</summary>
    JsonFile,

    /// <summary>Nothing is stored.</summary>
    None,

    /// <summary>The host's journal has it.</summary>
    Journald,
}
