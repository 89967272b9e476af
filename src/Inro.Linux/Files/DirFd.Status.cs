namespace Inro.Linux.Files;

public sealed partial class DirFd
{
    /// <summary>Looks at a name in this directory without following it. See statx(2).</summary>
    /// <param name="name">One name, without slashes.</param>
    /// <param name="status">What was found.</param>
    public Errno TryStatus(string name, out FileStatus status) => TryStatus(PathBytes.Encode(name), out status);

    /// <summary>The same for a name that may not be UTF-8; it ends with a zero byte.</summary>
    public Errno TryStatus(ReadOnlySpan<byte> name, out FileStatus status) => StatxCall.Try(this, name, out status);

    /// <summary>Looks at this directory itself.</summary>
    public FileStatus Status() =>
        StatxCall.Try(this, "\0"u8, out FileStatus status) is var errno && errno == Errno.None ? status : throw new LinuxException("statx", "directory", errno);
}
