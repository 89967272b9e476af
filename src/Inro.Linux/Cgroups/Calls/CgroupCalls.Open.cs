using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

/// <summary>The system calls that cgroups are made of. Answers below zero mean: see the last P/Invoke error.</summary>
internal static unsafe partial class CgroupCalls
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Directory = 0x10000;
    public const int PathOnly = 0x200000;
    private const int CloseOnExecNoFollow = 0x80000 | 0x20000;

    /// <summary>See openat(2); the last component may not be a link.</summary>
    public static int Open(int directory, string path, int flags) => openat(directory, path, flags | CloseOnExecNoFollow, 0);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int directory, string path, int flags, uint mode);
}
