using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Inro.Runtime.Launch;

/// <summary>Bytes that grow at their end, in a pooled array. New bytes are zero.</summary>
internal sealed class ProgramBuffer(int capacity) : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>Appends zeros and gives them out to be filled; valid until the next append.</summary>
    public Span<byte> Append(int count)
    {
        int start = Length;
        int end = checked(start + count);
        if (end > LaunchFormat.MaxProgramBytes) { throw LaunchBuilder.TooLarge(); }
        if (end > bytes.Length) { Grow(end); }
        Length = end;
        Span<byte> added = bytes.AsSpan(start, count);
        added.Clear();
        return added;
    }

    /// <summary>Appends zeros up to a multiple of eight.</summary>
    public void Align() => Append(-Length & 7);

    /// <summary>Appends a string as UTF-8 with a final zero; returns the bytes appended.</summary>
    public int AppendText(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration, $"a text of the configuration cannot hold a zero byte: \"{text.Replace("\0", "\\0", StringComparison.Ordinal)}\"");
        }

        int length = Encoding.UTF8.GetByteCount(text) + 1;
        Encoding.UTF8.GetBytes(text, Append(length));
        return length;
    }

    public void WriteUInt64(int offset, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(offset, sizeof(ulong)), value);

    public void WriteUInt16(int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset, sizeof(ushort)), value);

    /// <summary>Overwrites bytes that were appended before.</summary>
    public void Write(int offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(this.bytes.AsSpan(offset, bytes.Length));

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        Length = 0;
    }

    private void Grow(int least)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, bytes.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
