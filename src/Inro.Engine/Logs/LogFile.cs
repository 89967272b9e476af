using System.Globalization;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>The file that is written now, and the older ones behind it.</summary>
internal sealed class LogFile : IDisposable
{
    private const uint Mode = 0x1a0; // 0640

    private readonly LogSettings settings;
    private SafeFileHandle current;
    private long size;

    public LogFile(LogSettings settings, ILogEncoding encoding)
    {
        this.settings = settings;
        current = OpenCurrent(settings.Path);
        size = FileDescriptor.Status(current, settings.Path).Size;
        if (size > 0) { CutTornEnd(encoding); }
    }

    public long BytesLost { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>Name of an older file; 0 is the current one.</summary>
    public static string NameOf(string path, int age) =>
        age == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");

    /// <summary>Appends a batch of whole records; rotates first where it would not fit.</summary>
    public void Write(ReadOnlySpan<byte> batch)
    {
        if (size > 0 && size + batch.Length > settings.MaxFileBytes) { TryRotate(); }

        ReadOnlySpan<byte> rest = batch;
        while (rest.Length > 0)
        {
            int taken = Descriptor.Write(current, rest);
            if (taken <= 0)
            {
                Lose(batch.Length, written: batch.Length - rest.Length);
                return;
            }

            rest = rest[taken..];
        }

        size += batch.Length;
        BytesWritten += batch.Length;
    }

    public void Dispose() => current.Dispose();

    private void TryRotate()
    {
        try { Rotate(); }
        catch (LinuxException) { /* the directory is full or gone: the current file goes on, larger than wanted, and loses nothing */ }
    }

    private void Rotate()
    {
        if (settings.MaxFiles <= 1)
        {
            FileDescriptor.SetLength(current, 0, settings.Path);
            size = 0;
            return;
        }

        for (int age = settings.MaxFiles - 1; age > 0; age--)
        {
            Descriptor.Rename(NameOf(settings.Path, age - 1), NameOf(settings.Path, age));
        }

        SafeFileHandle next = OpenCurrent(settings.Path);
        current.Dispose();
        current = next;
        size = 0;
    }

    // Half a record would make what follows unreadable: back to the end of the last whole batch.
    private void Lose(int bytes, int written)
    {
        BytesLost += bytes;
        if (written == 0) { return; }

        try { FileDescriptor.SetLength(current, size, settings.Path); }
        catch (LinuxException) { size += written; }
    }

    private void CutTornEnd(ILogEncoding encoding)
    {
        long end = LogSegment.WholeBytes(settings.Path, encoding);
        if (end == size) { return; }

        FileDescriptor.SetLength(current, end, settings.Path);
        size = end;
    }

    private static SafeFileHandle OpenCurrent(string path) =>
        Descriptor.Open(path, OpenFlags.Write | OpenFlags.Append | OpenFlags.Create, Mode);
}
