using System.Runtime.InteropServices;

namespace Inro.Engine.Logs;

/// <summary>A record without text that the writer puts between others now and then: with it a time is found without reading the file.</summary>
/// <param name="Offset">Where it stands.</param>
/// <param name="Previous">Where the mark before it stands; -1: it is the first.</param>
/// <param name="Latest">No record before it is later than this.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogMark(long Offset, long Previous, long Latest)
{
    /// <summary>Bytes between two marks, at least.</summary>
    public const int EveryBytes = 256 * 1024;

    /// <summary>No encoding needs more for one.</summary>
    public const int MaxBytes = 64;
}
