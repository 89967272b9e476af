using System.Runtime.InteropServices;
using System.Text;

namespace Inro.Linux.Seccomp;

/// <summary>Which kernel runs, as uname(2) tells it.</summary>
/// <param name="Release">For example <c>6.1.0-18-amd64</c>.</param>
/// <param name="Machine">For example <c>x86_64</c>.</param>
public sealed unsafe partial record KernelIdentity(string Release, string Machine)
{
    private const int FieldBytes = 65;

    /// <summary>Asks the kernel.</summary>
    public static KernelIdentity Read()
    {
        byte* fields = stackalloc byte[FieldBytes * 6]; // sysname, nodename, release, version, machine, domainname
        if (uname(fields) < 0) { throw LinuxException.FromLastError("uname", "this kernel"); }
        return new(Text(fields + (2 * FieldBytes)), Text(fields + (4 * FieldBytes)));
    }

    /// <summary>Major and minor version; 0.0 where the release has another form.</summary>
    public Version Version()
    {
        string[] parts = Release.Split('.', '-', '+');
        return parts.Length >= 2 && int.TryParse(parts[0], out int major) && int.TryParse(parts[1], out int minor) ? new(major, minor) : new(0, 0);
    }

    private static string Text(byte* field) => Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(field));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int uname(byte* fields);
}
