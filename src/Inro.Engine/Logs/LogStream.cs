namespace Inro.Engine.Logs;

/// <summary>Which of a process's streams bytes came from; the numbers are those of Docker's stream framing.</summary>
public enum LogStream : byte
{
    /// <summary>Standard output; a terminal's output too.</summary>
    Stdout = 1,

    /// <summary>Standard error.</summary>
    Stderr = 2,
}
