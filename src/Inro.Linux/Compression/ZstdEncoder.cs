using System.Runtime.InteropServices;

namespace Inro.Linux.Compression;

/// <summary>A running compression into one zstd frame. Source: zstd.h of libzstd 1.4 and later, advanced interface.</summary>
/// <remarks>The program carries libzstd statically; under the JIT the host's shared library serves.</remarks>
public sealed unsafe partial class ZstdEncoder : SafeHandle
{
    /// <summary>The library's own.</summary>
    public const int DefaultLevel = 3;

    /// <summary>Highest that is taken: those above want windows that not everyone reads.</summary>
    public const int MaxLevel = 19;

    private const int LevelParameter = 100; // ZSTD_c_compressionLevel
    private const int ChecksumParameter = 201; // ZSTD_c_checksumFlag
    private const int Continue = 0; // ZSTD_e_continue
    private const int End = 2; // ZSTD_e_end
    private const string Library = "libzstd.so.1";

    /// <summary>Starts a compression.</summary>
    /// <param name="level">1 (fast) to <see cref="MaxLevel"/> (small).</param>
    public ZstdEncoder(int level)
        : base(0, ownsHandle: true)
    {
        nint context = ZSTD_createCCtx();
        if (context == 0) { throw new IOException("libzstd has no memory for a compression"); }

        SetHandle(context);
        Check(ZSTD_CCtx_setParameter(context, LevelParameter, level));
        Check(ZSTD_CCtx_setParameter(context, ChecksumParameter, 1));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Turns some input into some output.</summary>
    /// <param name="input">Plain bytes.</param>
    /// <param name="output">Where compressed bytes go.</param>
    /// <param name="isLast">Whether the frame ends with this input.</param>
    /// <returns>Bytes taken and made, and whether there is more to come of what was taken.</returns>
    public (int Consumed, int Produced, bool HasMore) Encode(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        fixed (byte* i = input)
        fixed (byte* o = output)
        {
            var from = new Buffer { Bytes = i, Size = (nuint)input.Length };
            var to = new Buffer { Bytes = o, Size = (nuint)output.Length };
            nuint left = ZSTD_compressStream2(handle, &to, &from, isLast ? End : Continue);
            Check(left);
            return ((int)from.Position, (int)to.Position, isLast && left != 0);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => ZSTD_freeCCtx(handle) == 0;

    private static void Check(nuint result)
    {
        if (ZSTD_isError(result) != 0) { throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8(ZSTD_getErrorName(result))}"); }
    }

    [LibraryImport(Library)]
    private static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_CCtx_setParameter(nint context, int parameter, int value);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressStream2(nint context, Buffer* output, Buffer* input, int operation);

    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    private static partial nint ZSTD_getErrorName(nuint code);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which have the same shape.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Buffer
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }
}
