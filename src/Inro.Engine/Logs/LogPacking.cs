using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>Which rotated file is to be compressed, and the exchange of the two when that is done. One at a time, the youngest first.</summary>
/// <remarks>
/// Somebody else compresses, from one descriptor into another. Whatever becomes of that, the plain file stays valid until the compressed
/// one, whole and on the disk, has its name. A file that rotations have removed meanwhile is forgotten.
/// </remarks>
public sealed class LogPacking
{
    private const uint Mode = 0x1a0; // 0640

    private readonly LogSettings settings;
    private int age;
    private FileStatus begun;

    internal LogPacking(LogSettings settings)
    {
        this.settings = settings;
        Tidy();
    }

    /// <summary>A rotated file may be there that is not compressed.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>One is being compressed.</summary>
    public bool IsOnItsWay { get; private set; }

    /// <summary>Times that files were rotated.</summary>
    public long Rotations { get; private set; }

    /// <summary>Opens what is to be compressed, and an empty file for the result; the caller closes both and calls <see cref="End"/>.</summary>
    /// <returns>Null: there is nothing, or no room.</returns>
    public (SafeFileHandle Source, SafeFileHandle Target)? Begin()
    {
        IsWanted = false;
        for (age = 1; age < settings.MaxFiles; age++)
        {
            SafeFileHandle? source = null;
            try
            {
                source = Descriptor.OpenIfThere(LogNames.Plain(settings, age), OpenFlags.Read | OpenFlags.NoFollow);
                if (source is null) { continue; }

                Descriptor.Unlink(LogNames.Unfinished(settings));
                SafeFileHandle target = Descriptor.Open(LogNames.Unfinished(settings), OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, Mode);
                begun = FileDescriptor.Status(source, settings.Path);
                IsOnItsWay = true;
                return (source, target);
            }
            catch (LinuxException) // a full disk, or no descriptor left: the next rotation tries again
            {
                source?.Dispose();
                return null;
            }
        }

        return null;
    }

    /// <summary>What was begun has ended, well or not: the result itself tells.</summary>
    public void End()
    {
        if (!IsOnItsWay) { return; }

        IsOnItsWay = false;
        try
        {
            bool isWhole = IsWhole();
            if (isWhole && IsInPlace())
            {
                Descriptor.Rename(LogNames.Unfinished(settings), LogNames.Packed(settings, age));
                Descriptor.Unlink(LogNames.Plain(settings, age));
            }
            else { Descriptor.Unlink(LogNames.Unfinished(settings)); }

            IsWanted |= isWhole; // older ones are perhaps there; after a failure the next rotation tries again
        }
        catch (LinuxException) { /* a disk that takes no changes: both forms say the same, and the next rotation tries again */ }
    }

    /// <summary>Nobody waits for the result any more.</summary>
    public void Abandon()
    {
        if (!IsOnItsWay) { return; }

        IsOnItsWay = false;
        try { Descriptor.Unlink(LogNames.Unfinished(settings)); }
        catch (LinuxException) { /* the directory is going: so is the file */ }
    }

    internal void OnRotated()
    {
        age++; // of what is on its way
        Rotations++;
        IsWanted = true;
    }

    private bool IsWhole()
    {
        using PackedLog? result = PackedLog.TryOpen(LogNames.Unfinished(settings), PackedLogFormat.Of(settings.Driver));
        return result is not null && result.Size == begun.Size;
    }

    // A rotation that failed half way has moved files and counted nothing.
    private bool IsInPlace()
    {
        using SafeFileHandle? plain = age < settings.MaxFiles ? Descriptor.OpenIfThere(LogNames.Plain(settings, age), OpenFlags.Read | OpenFlags.NoFollow) : null;
        return plain is not null && FileDescriptor.Status(plain, settings.Path).IsSameFile(begun);
    }

    // What a killed shim left: half a result, or both forms of one file, of which the compressed one is whole.
    private void Tidy()
    {
        Descriptor.Unlink(LogNames.Unfinished(settings));
        for (int at = 1; at < settings.MaxFiles; at++)
        {
            if (PackedLog.TryOpen(LogNames.Packed(settings, at), PackedLogFormat.Of(settings.Driver)) is { } whole)
            {
                whole.Dispose();
                Descriptor.Unlink(LogNames.Plain(settings, at));
            }
        }
    }
}
