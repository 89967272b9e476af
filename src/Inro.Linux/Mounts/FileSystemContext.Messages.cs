using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public sealed unsafe partial class FileSystemContext
{
    private const int MaxMessages = 16;
    private const int MessageBytes = 1024;

    /// <summary>What the file system says of the failure, for people; empty where it says nothing. See fsopen(2), "Message retrieval interface".</summary>
    public string Messages()
    {
        var all = new List<string>();
        byte* buffer = stackalloc byte[MessageBytes];
        for (int i = 0; i < MaxMessages; i++)
        {
            nint count = read(context, buffer, MessageBytes);
            if (count <= 0) { break; } // ENODATA: that was all

            string message = Encoding.UTF8.GetString(buffer, (int)count).Trim();
            all.Add(message.Length > 2 && message[1] == ' ' ? message[2..] : message); // "e ", "w " or "i " before it
        }

        return string.Join("; ", all);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle context, byte* buffer, nint size);
}
