namespace Inro.Engine.Logs;

/// <summary>What was found where a record should begin.</summary>
public enum LogDecoding
{
    /// <summary>A record.</summary>
    Record,

    /// <summary>The beginning of a record; its rest is not there (yet): a writer is at work, or was killed.</summary>
    Incomplete,

    /// <summary>A damaged record that can be skipped.</summary>
    Skip,

    /// <summary>Damage after which nothing of this file can be read.</summary>
    Damaged,
}
