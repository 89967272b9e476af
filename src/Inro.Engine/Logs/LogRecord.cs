using System.Runtime.InteropServices;

namespace Inro.Engine.Logs;

/// <summary>One line, or a piece of a line longer than <see cref="MaxPieceBytes"/>, that a container wrote.</summary>
/// <param name="TimeNanoseconds">When the shim read it: nanoseconds since 1970, UTC.</param>
/// <param name="Stream">Where it was written.</param>
/// <param name="IsPartial">The line goes on in the next record of the same stream; printing adds no newline.</param>
/// <param name="Bytes">The bytes without the newline. Valid until the next read of the reader that gave it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogRecord(long TimeNanoseconds, LogStream Stream, bool IsPartial, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Longer lines are stored in pieces of this size; docker's value.</summary>
    public const int MaxPieceBytes = 16 * 1024;
}
