using System.Runtime.InteropServices;

namespace Inro.Linux.Capabilities;

/// <summary>What this process may hand on at most.</summary>
public static partial class BoundingSet
{
    private const int PrCapbsetRead = 23;
    private const int MaxBits = 64;

    /// <summary>Reads the bounding set of the calling thread; the kernel ends the walk at its last capability. See prctl(2), PR_CAPBSET_READ.</summary>
    public static CapabilitySet Read()
    {
        ulong bits = 0;
        for (int bit = 0; bit < MaxBits; bit++)
        {
            int answer = prctl(PrCapbsetRead, (nuint)bit, 0, 0, 0);
            if (answer < 0) { break; } // EINVAL: past the last capability of this kernel
            if (answer == 1) { bits |= 1UL << bit; }
        }

        return new(bits);
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
