using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>A file of a log as it was written, or is just being written.</summary>
internal sealed class PlainLog : ILogBytes
{
    private const string Subject = "log";

    private readonly SafeFileHandle file;
    private readonly ILogEncoding encoding;
    private readonly FileStatus opened;
    private long firstTime;

    /// <summary>Takes ownership of the file.</summary>
    public PlainLog(SafeFileHandle file, ILogEncoding encoding)
    {
        this.file = file;
        this.encoding = encoding;
        opened = FileDescriptor.Status(file, Subject);
    }

    /// <inheritdoc/>
    public LogIdentity Identity
    {
        get
        {
            if (firstTime == 0) { firstTime = FirstTime(); }

            return new LogIdentity(opened.Inode, firstTime);
        }
    }

    /// <inheritdoc/>
    public bool IsPacked => false;

    /// <inheritdoc/>
    public long Size => FileDescriptor.Status(file, Subject).Size;

    /// <summary>Opens a file; null: there is none of that name.</summary>
    public static PlainLog? TryOpen(string path, ILogEncoding encoding)
    {
        SafeFileHandle? found = Descriptor.OpenIfThere(path, OpenFlags.Read | OpenFlags.NoFollow);
        return found is null ? null : new PlainLog(found, encoding);
    }

    /// <summary>Whether the file that has this name now is this one.</summary>
    public bool IsNamed(string path)
    {
        using SafeFileHandle? named = Descriptor.OpenIfThere(path, OpenFlags.Read | OpenFlags.NoFollow);
        return named is not null && IsSameFile(FileDescriptor.Status(named, path));
    }

    /// <summary>Whether both are open on one inode.</summary>
    public bool IsSame(PlainLog other) => IsSameFile(other.opened);

    /// <inheritdoc/>
    public int ReadAt(Span<byte> target, long offset) => FileDescriptor.ReadAt(file, target, offset, Subject);

    /// <inheritdoc/>
    public void Rest()
    {
    }

    /// <inheritdoc/>
    public bool EndsBefore(long timeNanoseconds) => opened.Modified.TotalNanoseconds < timeNanoseconds;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private bool IsSameFile(in FileStatus status) => opened.IsSameFile(status);

    private long FirstTime()
    {
        byte[] head = new byte[encoding.MaxRecordBytes];
        int count = ReadAt(head, 0);
        LogDecoding found = encoding.Decode(head.AsMemory(0, count), new byte[encoding.MaxRecordBytes], out LogRecord first, out _);
        return found == LogDecoding.Record ? first.TimeNanoseconds : 0;
    }
}
