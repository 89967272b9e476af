using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Bytes;

/// <summary>A pipe or another descriptor without positions, read as it comes.</summary>
/// <param name="file">Owned by the caller.</param>
internal sealed class DescriptorStream(SafeFileHandle file) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer) => FileDescriptor.Read(file, buffer, "input");
}

/// <summary>A stream whose first bytes were looked at and are read again.</summary>
internal sealed class StartedStream : ReadOnlyStream
{
    private readonly Stream inner;
    private readonly ReadOnlyMemory<byte> start;
    private int given;

    public StartedStream(Stream inner, int count)
    {
        this.inner = inner;
        byte[] bytes = new byte[count];
        start = bytes.AsMemory(0, inner.ReadAtLeast(bytes, count, throwOnEndOfStream: false));
    }

    public ReadOnlyMemory<byte> Start => start;

    public override int Read(Span<byte> buffer)
    {
        if (given == start.Length) { return inner.Read(buffer); }

        int count = Math.Min(buffer.Length, start.Length - given);
        start.Span.Slice(given, count).CopyTo(buffer);
        given += count;
        return count;
    }
}
