using System.Buffers;

namespace Inro.KernelTests.Harness;

/// <summary>Collects what comes out of a pipe, on a thread of its own, so that a full pipe never stops the program.</summary>
internal sealed class Capture
{
    private readonly ArrayBufferWriter<byte> bytes = new();
    private readonly Lock gate = new();
    private readonly Thread reader;

    public Capture(Stream source)
    {
        reader = new Thread(() => Read(source)) { IsBackground = true };
        reader.Start();
    }

    /// <summary>What came so far.</summary>
    public byte[] Now()
    {
        lock (gate) { return bytes.WrittenSpan.ToArray(); }
    }

    /// <summary>Everything until the end of the pipe, or what came within <paramref name="grace"/> if a grandchild holds it open.</summary>
    public byte[] Finish(TimeSpan grace)
    {
        reader.Join(grace);
        return Now();
    }

    private void Read(Stream source)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int n = source.Read(buffer); n > 0; n = source.Read(buffer))
            {
                lock (gate) { bytes.Write(buffer.AsSpan(0, n)); }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // EIO: the other side of a terminal is gone; disposed: nobody waits for the rest.
        }
    }
}
