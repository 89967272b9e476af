using System.Runtime.InteropServices;

namespace Inro.Linux.Namespaces;

/// <summary>The user namespace that this process is in.</summary>
public static unsafe partial class UserNamespace
{
    /// <summary>The initial namespace has this inode number on every kernel (PROC_USER_INIT_INO).</summary>
    private static ReadOnlySpan<byte> Initial => "user:[4026531837]"u8;

    /// <summary>True in the host's own: only there does id 0 make device nodes and write what is not delegated. See user_namespaces(7).</summary>
    public static bool IsInitial
    {
        get
        {
            byte* name = stackalloc byte[64];
            fixed (byte* path = "/proc/self/ns/user\0"u8)
            {
                nint length = readlink(path, name, 64);
                return length == Initial.Length && new ReadOnlySpan<byte>(name, (int)length).SequenceEqual(Initial);
            }
        }
    }

    // unsafe: a name of the kernel's into a buffer on the stack.
    [LibraryImport("libc")]
    private static partial nint readlink(byte* path, byte* buffer, nuint size);
}
