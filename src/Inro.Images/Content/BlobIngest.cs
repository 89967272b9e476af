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
    private IncrementalHash hash;
    private long flushing;
    private bool published;

    internal BlobIngest(ContentStore store, string directory, string name, SafeFileHandle file, string algorithm)
    {
        this.store = store;
        this.file = file;
        this.algorithm = algorithm;
        Directory = directory;
        Name = name;
        hash = Hashes.Create(algorithm);
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that an earlier attempt has left in the file. They are given to <see cref="Write"/> again, which then only hashes them.</summary>
    public long Stored { get; internal set; }

    /// <summary>The digest; empty until <see cref="Complete"/>.</summary>
    public Digest Digest { get; private set; }

    internal string Directory { get; }

    internal string Name { get; }

    /// <summary>True for one whose bytes count for the next attempt when this one fails.</summary>
    internal bool StaysUnfinished { get; init; }

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        int there = (int)Math.Clamp(Stored - Length, 0, bytes.Length);
        FileDescriptor.WriteAllAt(file, bytes[there..], Length + there, "blob");
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

    /// <summary>Throws away what was written, and begins again.</summary>
    public void Restart()
    {
        FileDescriptor.SetLength(file, 0, "blob");
        Length = Stored = flushing = 0;
        Digest = default;
        hash.Dispose();
        hash = Hashes.Create(algorithm);
    }

    /// <summary>What an earlier attempt has left.</summary>
    public Stream OpenStored() => new FileRangeStream(file, 0, Stored, owned: false);

    /// <summary>The bytes written, while they are not yet visible, from a place on.</summary>
    public Stream OpenRead(long from = 0) => new FileRangeStream(file, from, Length - from, owned: false);

    /// <summary>Makes the blob visible. The bytes must be on the disk before: <see cref="Flush"/>, or one flush of the file system for many.</summary>
    public void Publish()
    {
        if (published) { return; }

        store.Publish(this);
        published = true;
    }

    /// <summary>Leaves it in the store as a sign that something is to be put right: the next collection sees it, and removes it.</summary>
    public void LeaveAsSign() => published = true;

    /// <summary>Writes the bytes to the disk.</summary>
    public void Flush() => FileDescriptor.Flush(file, "blob");

    /// <inheritdoc/>
    public void Dispose()
    {
        hash.Dispose();
        if (!published && !(StaysUnfinished && Math.Max(Stored, Length) > 0)) { store.Abandon(this); } // while the lock is still held: nobody else removes it at the same time

        file.Dispose();
    }

    internal ReadOnlyMemory<byte> ReadAll(int maxBytes) => FileDescriptor.ReadToEnd(file, maxBytes, "blob");

    internal int ReadAt(Span<byte> buffer, long offset) => FileDescriptor.ReadAt(file, buffer, offset, "blob");
}
