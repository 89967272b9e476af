using System.Security.Cryptography;
using Inro.Images.Bytes;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Content;

/// <summary>A blob being written, not yet visible. What is not published disappears with this object, and after a kill with the next collection.</summary>
public sealed class BlobIngest : IDisposable
{
    /// <summary>How much is written before the disk is asked to begin: the flush at the end then has little left to do.</summary>
    private const long FlushStepBytes = 8 << 20;

    private readonly ContentStore store;
    private readonly SafeFileHandle file;
    private readonly string algorithm;
    private readonly IncrementalHash hash;
    private long flushing;
    private bool published;

    internal BlobIngest(ContentStore store, string name, SafeFileHandle file, string algorithm)
    {
        this.store = store;
        this.file = file;
        this.algorithm = algorithm;
        Name = name;
        hash = Hashes.Create(algorithm);
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>The digest; empty until <see cref="Complete"/>.</summary>
    public Digest Digest { get; private set; }

    internal string Name { get; }

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        FileDescriptor.WriteAllAt(file, bytes, Length, "blob");
        Length += bytes.Length;
        if (Length - flushing < FlushStepBytes) { return; }

        FileDescriptor.BeginFlush(file, flushing, Length - flushing);
        flushing = Length;
    }

    /// <summary>Ends the writing and compares with what is expected, where something is.</summary>
    /// <exception cref="BlobMismatchException">The bytes are others.</exception>
    public Digest Complete(Digest? expected = null, long? size = null)
    {
        Digest actual = Digest.IsEmpty ? Digest.FromHash(algorithm, hash.GetHashAndReset()) : Digest;
        if (size is { } bytes && bytes != Length) { throw new BlobMismatchException($"blob {expected}: {Length} bytes, expected {bytes}"); }

        if (expected is { } digest && digest != actual) { throw new BlobMismatchException($"blob {digest}: its digest is {actual}"); }

        return Digest = actual;
    }

    /// <summary>The bytes written, while they are not yet visible.</summary>
    public Stream OpenRead() => new FileRangeStream(file, 0, Length, owned: false);

    /// <summary>Makes the blob visible. The bytes must be on the disk before: <see cref="Flush"/>, or one flush of the file system for many.</summary>
    public void Publish()
    {
        if (published) { return; }

        store.Publish(this);
        published = true;
    }

    /// <summary>Writes the bytes to the disk.</summary>
    public void Flush() => FileDescriptor.Flush(file, "blob");

    /// <inheritdoc/>
    public void Dispose()
    {
        hash.Dispose();
        if (!published) { store.Abandon(this); } // while the lock is still held: nobody else removes it at the same time

        file.Dispose();
    }

    internal ReadOnlyMemory<byte> ReadAll(int maxBytes) => FileDescriptor.ReadToEnd(file, maxBytes, "blob");

    internal int ReadAt(Span<byte> buffer, long offset) => FileDescriptor.ReadAt(file, buffer, offset, "blob");
}
