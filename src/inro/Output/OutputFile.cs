using Inro.Engine;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Output;

/// <summary>A file that a verb writes for the user: it has its name when it is whole, and until then what was there before stays.</summary>
/// <remarks>
/// The file has no name while it is written, so that not even a kill leaves something. Where the file system cannot do that it has a name of its own
/// that ends in <c>.tmp</c>. A pipe or a device is written as it is.
/// </remarks>
internal sealed class OutputFile : IDisposable
{
    private const uint Mode = 0x180; // 0600: an image holds what its files hold

    private readonly DirFd? directory;
    private readonly string name;
    private readonly SafeFileHandle file;
    private string? temporary;

    private OutputFile(DirFd? directory, string name, SafeFileHandle file, string? temporary)
    {
        this.directory = directory;
        this.name = name;
        this.file = file;
        this.temporary = temporary;
        Stream = new FileStream(file, FileAccess.Write, bufferSize: 0);
    }

    /// <summary>Where the bytes go.</summary>
    public FileStream Stream { get; }

    /// <summary>Begins to write.</summary>
    /// <exception cref="EngineException">InvalidArgument: it cannot be made there.</exception>
    public static OutputFile Create(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            if (Directory.Exists(full)) { throw Refused(path, "is a directory", null); }

            DirFd parent = DirFd.Open(Path.GetDirectoryName(full)!); // only "/" has none, and that is a directory
            string called = Path.GetFileName(full);
            if (parent.TryStatus(called, out FileStatus status) == Errno.None && status.Kind != FileKind.Regular)
            {
                parent.Dispose();
                return Special(full);
            }

            return Begin(parent, called);
        }
        catch (Exception refused) when (refused is LinuxException { Errno: not (Errno.ENOSPC or Errno.EDQUOT) } or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refused(path, refused.Message, refused);
        }
    }

    /// <summary>Puts the file on the disk and gives it its name.</summary>
    public void Commit()
    {
        if (directory is null) { return; }

        FileDescriptor.Flush(file, name);
        if (temporary is null)
        {
            if (directory.TryLink(file, PathBytes.Encode(name)) == Errno.None)
            {
                directory.Flush();
                return;
            }

            temporary = Temporary(name); // the name is taken: only a rename replaces what has it
            Errno errno = directory.TryLink(file, PathBytes.Encode(temporary));
            if (errno != Errno.None) { throw new LinuxException("linkat", name, errno); }
        }

        directory.Rename(temporary, directory, name);
        temporary = null;
        directory.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (temporary is not null) { directory?.RemoveFile(temporary); }

        directory?.Dispose();
    }

    /// <summary>A link, a pipe, a device. What a link to a plain file leads to is replaced as if it had been named.</summary>
    private static OutputFile Special(string path)
    {
        SafeFileHandle opened = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        if (FileDescriptor.Status(opened, path).Kind != FileKind.Regular) { return new OutputFile(null, path, opened, null); }

        using (opened)
        {
            string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return Begin(DirFd.Open(Path.GetDirectoryName(real)!), Path.GetFileName(real)); // a plain file is in a directory
        }
    }

    private static OutputFile Begin(DirFd directory, string name)
    {
        try
        {
            if (directory.TryOpenInside(".\0"u8, OpenFlags.Unnamed | OpenFlags.Write, Mode, ResolveFlags.None, out SafeFileHandle? unnamed) == Errno.None)
            {
                return new OutputFile(directory, name, unnamed!, null); // the call has succeeded
            }

            string hidden = Temporary(name);
            return new OutputFile(directory, name, directory.OpenInside(hidden, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, Mode), hidden);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static string Temporary(string name) => $".{name}.{Environment.ProcessId}{AtomicFile.TemporarySuffix}";

    private static EngineException Refused(string path, string why, Exception? cause) =>
        new(ErrorCode.InvalidArgument, $"{path} cannot be written: {why}", "name a file in a directory that is there, with --output", cause);
}
