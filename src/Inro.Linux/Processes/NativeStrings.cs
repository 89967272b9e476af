using System.Runtime.InteropServices;
using System.Text;

namespace Inro.Linux.Processes;

/// <summary>An array of C strings ended by a null pointer, in one block of native memory.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    public NativeStrings(IReadOnlyList<string> items)
    {
        nuint pointers = (nuint)(items.Count + 1) * (nuint)sizeof(byte*);
        int bytes = 0;
        for (int i = 0; i < items.Count; i++) { bytes = checked(bytes + Encoding.UTF8.GetByteCount(items[i]) + 1); }

        Native = (byte**)NativeMemory.Alloc(pointers + (nuint)bytes);
        var rest = new Span<byte>((byte*)Native + pointers, bytes);
        for (int i = 0; i < items.Count; i++)
        {
            Native[i] = (byte*)Native + pointers + (bytes - rest.Length);
            int length = Encoding.UTF8.GetBytes(items[i], rest);
            rest[length] = 0;
            rest = rest[(length + 1)..];
        }

        Native[items.Count] = null;
    }

    public byte** Native { get; private set; }

    public void Dispose()
    {
        NativeMemory.Free(Native);
        Native = null;
    }
}
