using System.Net;
using Inro.Images.Bytes;
using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <summary>A blob's bytes as they come from a registry. Where the connection breaks it is asked again for what is missing.</summary>
/// <param name="open">Asks for the bytes from a place on.</param>
/// <param name="connection">Says how often and how patiently.</param>
/// <param name="blob">Which.</param>
/// <param name="from">First byte that is wanted.</param>
/// <param name="upTo">The byte after the last that is wanted.</param>
/// <param name="ct">Ends it.</param>
internal sealed class BlobStream(Func<long, HttpResponseMessage> open, RegistryConnection connection, Descriptor blob, long from, long upTo, CancellationToken ct) : ReadOnlyStream
{
    /// <summary>So much between two breaks, and the connection is one that gets on.</summary>
    private const long EnoughBytes = 64 << 10;

    private HttpResponseMessage? response;
    private Stream? body;
    private long position = from;
    private long broken = from;
    private long end = upTo;
    private int failures;

    /// <summary>Whether the registry gave the part that was asked for; false where it gives the whole, whatever was asked.</summary>
    public bool IsPart { get; private set; }

    /// <summary>Reads on to the end of the blob: what comes is the whole anyway.</summary>
    public void Extend() => end = blob.Size;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || position >= end) { return 0; }

        while (true)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                body ??= Open();
                int wanted = (int)Math.Min(buffer.Length, end - position); // a blob that does not end is not read beyond its size
                int count = body.Read(buffer[..wanted]);
                if (count == 0) { throw new IOException($"it ended after {position} of {end} bytes"); }

                position += count;
                if (position - broken >= EnoughBytes) { failures = 0; }

                return count;
            }
            catch (IOException cut) when (cut is not RegistryException && ++failures < connection.Options.Attempts)
            {
                CloseConnection();
                broken = position;
                connection.Pause(failures, TimeSpan.Zero, ct);
            }
            catch (IOException cut) when (cut is not RegistryException)
            {
                throw new RegistryException(RegistryFailure.Unreachable, $"blob {blob.Digest} at {connection.Host.Name}: {cut.Message}", "try again: what has come is kept", cut);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) { CloseConnection(); }

        base.Dispose(disposing);
    }

    private Stream Open()
    {
        response = open(position);
        IsPart = response.StatusCode == HttpStatusCode.PartialContent;
        Stream stream = response.Content.ReadAsStream(ct);
        long start = IsPart ? response.Content.Headers.ContentRange?.From ?? position : 0;
        if (start > position) { throw new RegistryException(RegistryFailure.BadAnswer, $"blob {blob.Digest} at {connection.Host.Name}: asked from byte {position}, it came from byte {start}"); }

        Skip(stream, position - start);
        return stream;
    }

    /// <summary>A registry that knows no ranges begins again.</summary>
    private static void Skip(Stream stream, long bytes)
    {
        byte[] buffer = new byte[(int)Math.Min(bytes, 64 << 10)];
        while (bytes > 0)
        {
            int count = stream.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length));
            if (count == 0) { throw new IOException("it ended before the place where it was to go on"); }

            bytes -= count;
        }
    }

    private void CloseConnection()
    {
        body?.Dispose();
        response?.Dispose();
        body = null;
        response = null;
    }
}
