using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Bytes;

/// <summary>A range of an open file, read by offset: several readers of one descriptor do not disturb each other.</summary>
/// <param name="file">The file; closed with this stream only where <paramref name="owned"/> says so.</param>
/// <param name="offset">Where the range starts.</param>
/// <param name="length">How long it is; a file that ends sooner makes the stream end sooner.</param>
/// <param name="owned">Whether to close the file.</param>
public sealed class FileRangeStream(SafeFileHandle file, long offset, long length, bool owned) : ReadOnlyStream
{
    private long done;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int max = (int)Math.Min(buffer.Length, length - done);
        int count = max == 0 ? 0 : FileDescriptor.ReadAt(file, buffer[..max], offset + done, "file");
        done += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && owned) { file.Dispose(); }

        base.Dispose(disposing);
    }
}
