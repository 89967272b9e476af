using System.Runtime.InteropServices;

namespace Inro.Linux.Compression;

/// <summary>A running decompression of zstd frames. Source: zstd.h of libzstd 1.4 and later, streaming interface.</summary>
/// <remarks>The program carries libzstd statically; under the JIT the host's shared library serves.</remarks>
public sealed unsafe partial class ZstdDecoder : SafeHandle
{
    /// <summary>Largest window that a frame may ask for, as a power of two: 32 MiB. Level 19 uses 8 MiB; 128 MiB would break the memory promise.</summary>
    private const int MaxWindowLog = 25;

    private const int WindowLogMaxParameter = 100; // ZSTD_d_windowLogMax
    private const string Library = "libzstd.so.1";

    /// <summary>Starts a decompression.</summary>
    public ZstdDecoder()
        : base(0, ownsHandle: true)
    {
        nint stream = ZSTD_createDStream();
        if (stream == 0) { throw new IOException("libzstd has no memory for a decompression"); }

        SetHandle(stream);
        _ = ZSTD_DCtx_setParameter(stream, WindowLogMaxParameter, MaxWindowLog); // an older library keeps its own limit, 2^27
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>True between two frames: input that ends elsewhere is truncated.</summary>
    public bool AtFrameEnd { get; private set; } = true;

    /// <summary>Turns some input into some output.</summary>
    /// <param name="input">Compressed bytes.</param>
    /// <param name="output">Where plain bytes go.</param>
    /// <returns>Bytes taken and bytes made.</returns>
    /// <exception cref="InvalidDataException">The input is not zstd, is damaged, or wants a larger window than 32 MiB.</exception>
    public (int Consumed, int Produced) Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* i = input)
        fixed (byte* o = output)
        {
            var from = new Buffer { Bytes = i, Size = (nuint)input.Length };
            var to = new Buffer { Bytes = o, Size = (nuint)output.Length };
            nuint result = ZSTD_decompressStream(handle, &to, &from);
            if (ZSTD_isError(result) != 0)
            {
                throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8(ZSTD_getErrorName(result))}");
            }

            // a call that moves nothing asks for the next frame's header and says so, which is no news
            if (from.Position > 0 || to.Position > 0) { AtFrameEnd = result == 0; }

            return ((int)from.Position, (int)to.Position);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => ZSTD_freeDStream(handle) == 0;

    [LibraryImport(Library)]
    private static partial nint ZSTD_createDStream();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeDStream(nint stream);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_DCtx_setParameter(nint stream, int parameter, int value);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressStream(nint stream, Buffer* output, Buffer* input);

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
