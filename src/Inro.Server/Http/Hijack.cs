using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Inro.Linux.Descriptors;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;

namespace Inro.Server.Http;

/// <summary>A connection that was HTTP and carries bytes both ways from here on. The only place that knows how that is done.</summary>
/// <remarks>
/// The server's own upgrade works only for a request without a body, and exec's start has one: so the transport is taken, whatever the
/// request looks like, and the head of the answer written by hand. A client that shuts down its sending side has not gone: the server
/// would cut the connection off then, so <see cref="HiddenClose"/> keeps that from it. At the end the output is completed, not
/// aborted: what is on its way arrives.
/// </remarks>
internal sealed class Hijack
{
    private readonly PipeWriter output;
    private readonly SafeFileHandle socket;

    private Hijack(IDuplexPipe transport, SafeFileHandle socket)
    {
        Input = transport.Input;
        output = transport.Output;
        this.socket = socket;
    }

    /// <summary>What the client sends, from the first byte after its request.</summary>
    public PipeReader Input { get; }

    /// <summary>The connection's descriptor, for poll(2) alone: hung up once the client has closed both directions.</summary>
    public int Socket => (int)socket.DangerousGetHandle();

    /// <summary>The client is gone: nothing that is written arrives.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Takes the connection and sends the head.</summary>
    /// <param name="context">The request; its body was read.</param>
    /// <param name="contentType">Of the stream.</param>
    public static Hijack Take(HttpContext context, string contentType)
    {
        context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items[HiddenClose.Hijacked] = true;
        IDuplexPipe transport = context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport;
        using SafeFileHandle shared = new(context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.SafeHandle.DangerousGetHandle(), ownsHandle: false);
        SafeFileHandle own = Descriptor.Duplicate(shared); // the server closes its own when a write fails, and the number is given to another file
        bool upgrades = context.Request.Headers.Upgrade.Count > 0;
        string head = upgrades
            ? $"HTTP/1.1 101 UPGRADED\r\nContent-Type: {contentType}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\n";
        var hijack = new Hijack(transport, own);
        hijack.Write(Encoding.ASCII.GetBytes(head + $"Api-Version: {ProductVersion.Api}\r\n\r\n"));
        return hijack;
    }

    /// <summary>Sends bytes, and waits while the client does not take what was sent before.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsGone) { return; }

        BuffersExtensions.Write(output, bytes);
        ValueTask<FlushResult> flush = output.FlushAsync();
        FlushResult result = flush.IsCompleted ? flush.GetAwaiter().GetResult() : flush.AsTask().GetAwaiter().GetResult();
        IsGone = result.IsCompleted;
    }

    /// <summary>Ends the stream; what was written arrives.</summary>
    public void Complete()
    {
        Input.CancelPendingRead();
        output.Complete();
        socket.Dispose();
    }
}
