using Inro.Linux.Files;

namespace Inro.Runtime.Checkpoint;

/// <summary>The directories of one run of criu, held open: criu reaches them through this process's descriptors.</summary>
internal sealed class CriuDirectories : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const uint SearchByGroup = 0x08; // 0010
    private const uint SearchByOthers = 0x01;

    private readonly DirFd? work;

    private CriuDirectories(DirFd images, DirFd? work, string logPath)
    {
        Images = images;
        this.work = work;
        LogPath = logPath;
    }

    /// <summary>The images.</summary>
    public DirFd Images { get; }

    /// <summary>Where criu writes its log.</summary>
    public DirFd Logs => work ?? Images;

    /// <summary>Number of the directory of logs, where it is another one.</summary>
    public int? WorkNumber => work?.Number;

    /// <summary>The log, for people.</summary>
    public string LogPath { get; }

    /// <summary>Opens them.</summary>
    /// <param name="makesImages">Whether the directory of images is made where it is missing.</param>
    /// <param name="log">Name of the log. What bears it already is removed: it may be a link to anything.</param>
    public static CriuDirectories Open(string images, string? work, bool makesImages, string log)
    {
        if (makesImages) { Directory.CreateDirectory(images, OwnerOnly); }

        if (work is not null) { Directory.CreateDirectory(work, OwnerOnly); }

        DirFd opened = OpenImages(images);
        DirFd? workDirectory = null;
        try
        {
            workDirectory = work is null ? null : DirFd.Open(work);
            var directories = new CriuDirectories(opened, workDirectory, $"{work ?? images}/{log}");
            foreach (string name in (ReadOnlySpan<string>)[log, "stats-dump", "stats-restore"]) { directories.Logs.RemoveFile(name); }

            return directories;
        }
        catch
        {
            workDirectory?.Dispose();
            opened.Dispose();
            throw;
        }
    }

    /// <summary>What the process had whose images these are: <see cref="StandardDescriptors"/>.</summary>
    public static string[] ReadDescriptors(string images)
    {
        using DirFd directory = OpenImages(images);
        return StandardDescriptors.Read(directory);
    }

    /// <summary>Lets the root of a user namespace reach the images: a process that is being restored opens some of them as that. Others are kept out.</summary>
    /// <param name="group">The host's id of the container's group 0; 0 where it has no user namespace.</param>
    public void LetIn(uint group)
    {
        if (group == 0) { return; }

        FileStatus status = Images.Status();
        if ((status.Permissions & SearchByOthers) != 0) { return; }

        // Where that cannot be done, criu says what it could not open.
        if (Images.TrySetOwner(".\0"u8, uint.MaxValue, group) == Inro.Linux.Errno.None) { Images.TrySetMode(".\0"u8, status.Permissions | SearchByGroup); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        work?.Dispose();
        Images.Dispose();
    }

    private static DirFd OpenImages(string path)
    {
        try { return DirFd.Open(path); }
        catch (Inro.Linux.LinuxException e) when (e.Errno is Inro.Linux.Errno.ENOENT or Inro.Linux.Errno.ENOTDIR)
        {
            throw new RuntimeException(RuntimeError.Failed, $"{path} is no directory of images", "name the directory that a checkpoint wrote with --image-path", e);
        }
    }
}
