namespace Inro.Runtime.Launch;

/// <summary>Prepared bytes of the program; as an argument it stands for their address.</summary>
/// <param name="Offset">Distance in bytes from the start of the program's data.</param>
/// <param name="Length">How many bytes; a string's final zero is counted.</param>
public readonly record struct Data(int Offset, int Length)
{
    /// <summary>The part that begins <paramref name="start"/> bytes in; as an argument, that address.</summary>
    public Data At(int start)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length);
        return new Data(Offset + start, Length - start);
    }

    /// <summary>The part of <paramref name="length"/> bytes that begins <paramref name="start"/> bytes in.</summary>
    public Data Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, At(start).Length);
        return new Data(Offset + start, length);
    }
}
