using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>Random bytes from the kernel. The framework's generator loads OpenSSL first, which takes longer than a whole transaction.</summary>
public static unsafe partial class KernelRandom
{
    /// <summary>Larger requests may be cut short by the kernel.</summary>
    private const int MaxAtOnce = 256;

    /// <summary>Fills <paramref name="bytes"/>, at most 256 of them; fit for names that nobody must guess. See getrandom(2).</summary>
    public static void Fill(Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxAtOnce, nameof(bytes));
        fixed (byte* p = bytes)
        {
            nint count;
            do { count = getrandom(p, (nuint)bytes.Length, 0); }
            while (count < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR); // only before the pool is ready, right after boot

            if (count != bytes.Length) { throw LinuxException.FromLastError("getrandom", "random bytes"); }
        }
    }

    /// <summary>Random bytes in lower-case hex.</summary>
    /// <param name="count">How many bytes: twice as many digits.</param>
    public static string Hex(int count)
    {
        Span<byte> bytes = stackalloc byte[MaxAtOnce];
        Fill(bytes[..count]);
        return Convert.ToHexStringLower(bytes[..count]);
    }

    /// <summary>A number from 0 to below <paramref name="limit"/>; even enough for names (the bias is limit / 2^32).</summary>
    public static int Below(int limit)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Fill(bytes);
        return (int)(MemoryMarshal.Read<uint>(bytes) % (uint)limit);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getrandom(byte* buffer, nuint length, uint flags);
}
