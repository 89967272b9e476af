namespace Inro.Engine.Logs;

/// <summary>One file of a log as the bytes that its writer wrote.</summary>
internal interface ILogBytes : IDisposable
{
    /// <summary>The plain file's identity; its first time is read when it is asked for.</summary>
    LogIdentity Identity { get; }

    /// <summary>The file is compressed: it will not change.</summary>
    bool IsPacked { get; }

    /// <summary>Bytes now.</summary>
    long Size { get; }

    /// <summary>Reads bytes at an offset; fewer only where there are no more that can be read.</summary>
    int ReadAt(Span<byte> target, long offset);

    /// <summary>Gives back what only reading on would need.</summary>
    void Rest();

    /// <summary>True only where every record is earlier than this time.</summary>
    bool EndsBefore(long timeNanoseconds);
}
