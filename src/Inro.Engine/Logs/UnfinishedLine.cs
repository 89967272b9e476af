namespace Inro.Engine.Logs;

/// <summary>The beginning of a line whose end has not come; at most one piece.</summary>
internal sealed class UnfinishedLine
{
    private const int FirstBytes = 512;

    private byte[] buffer = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        int needed = Length + bytes.Length;
        if (needed > buffer.Length) { Array.Resize(ref buffer, needed <= FirstBytes ? FirstBytes : LogRecord.MaxPieceBytes); }

        bytes.CopyTo(buffer.AsSpan(Length));
        Length = needed;
    }

    public void Clear() => Length = 0;
}
