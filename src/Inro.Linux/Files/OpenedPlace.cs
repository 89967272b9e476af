using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

/// <summary>Changes what a handle opened with <see cref="OpenFlags.PathOnly"/> stands for, a link or a node too: no name is resolved again, so nobody can put something else in its place meanwhile.</summary>
/// <remarks>The kernel takes such a handle for few calls; for the others this process's own <c>/proc/self/fd/N</c> leads to the very file, of a link to the link.</remarks>
public static unsafe partial class OpenedPlace
{
    /// <summary>The place must stay open while the path is used.</summary>
    private static byte[] PathOf(SafeFileHandle place) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)place.DangerousGetHandle()}\0"));
}
