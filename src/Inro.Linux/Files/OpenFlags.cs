namespace Inro.Linux.Files;

/// <summary>Flags of open(2), x86-64 and arm64 values where they agree; see <see cref="DirFd"/>.</summary>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    Read = 0,

    /// <summary>O_WRONLY.</summary>
    Write = 1,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_EXCL: fail if it exists.</summary>
    Exclusive = 0x80,

    /// <summary>O_NOCTTY.</summary>
    NoControllingTerminal = 0x100,

    /// <summary>O_TRUNC.</summary>
    Truncate = 0x200,

    /// <summary>O_APPEND.</summary>
    Append = 0x400,

    /// <summary>O_NONBLOCK.</summary>
    NonBlocking = 0x800,

    /// <summary>O_DIRECTORY (x86-64).</summary>
    Directory = 0x10000,

    /// <summary>O_NOFOLLOW (x86-64).</summary>
    NoFollow = 0x20000,

    /// <summary>O_CLOEXEC; set by every open of this library.</summary>
    CloseOnExec = 0x80000,

    /// <summary>O_TMPFILE (x86-64): the path is a directory, the file in it has no name yet.</summary>
    Unnamed = 0x410000,

    /// <summary>O_PATH: a handle to a place, not to its content.</summary>
    PathOnly = 0x200000,
}
