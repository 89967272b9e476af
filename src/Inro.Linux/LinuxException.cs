using System.Runtime.InteropServices;

namespace Inro.Linux;

/// <summary>A system call failed. Code tests <see cref="Errno"/>; people read the message.</summary>
/// <remarks>The message reads <c>call(subject): text [ERRNO]</c>; HResult is the errno.</remarks>
public sealed class LinuxException(string call, string subject, Errno errno)
    : IOException($"{call}({subject}): {Marshal.GetPInvokeErrorMessage((int)errno)} [{errno}]", (int)errno)
{
    /// <summary>Name of the system call, as in its man page.</summary>
    public string Call { get; } = call;

    /// <summary>What the call was made on: a path, a descriptor's purpose, an interface name.</summary>
    public string Subject { get; } = subject;

    /// <summary>The error number that the kernel returned.</summary>
    public Errno Errno { get; } = errno;

    /// <summary>Makes the exception for the call that has just failed on this thread.</summary>
    public static LinuxException FromLastError(string call, string subject) =>
        new(call, subject, (Errno)Marshal.GetLastPInvokeError());
}
