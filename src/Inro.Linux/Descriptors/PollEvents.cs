namespace Inro.Linux.Descriptors;

/// <summary>Events of poll(2).</summary>
[Flags]
public enum PollEvents : short
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>POLLIN: a read will not block.</summary>
    Readable = 0x1,

    /// <summary>POLLPRI: something out of the ordinary; a file of the kernel's pseudo file systems has changed since it was read.</summary>
    Priority = 0x2,

    /// <summary>POLLOUT: a write will not block.</summary>
    Writable = 0x4,

    /// <summary>POLLERR: an error, or a pipe without reader.</summary>
    Error = 0x8,

    /// <summary>POLLHUP: the other side hung up.</summary>
    HangUp = 0x10,

    /// <summary>POLLNVAL: not an open descriptor.</summary>
    Invalid = 0x20,
}
