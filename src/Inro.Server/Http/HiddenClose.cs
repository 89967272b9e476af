using System.IO.Pipelines;
using Inro.Linux.Descriptors;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Inro.Server.Http;

/// <summary>A layer between the socket and HTTP that tells a client that has gone from one that only sends no more.</summary>
/// <remarks>
/// HTTP would take both for an abort, and drop what is on its way. Docker's client ends its sending side at once where it has no input,
/// perhaps before its request was looked at. So the end is shown to HTTP when the socket has hung up in both directions, and of a
/// hijacked connection never; and the end of what it sends never comes together with its last bytes (<see cref="LateEnd"/>).
/// </remarks>
internal static class HiddenClose
{
    /// <summary>Key of a connection's items: it carries a stream.</summary>
    public const string Hijacked = "inro.hijacked";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>The layer.</summary>
    public static ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        CancellationToken closed = connection.ConnectionClosed;
        using CancellationTokenSource shown = new(), over = new();
        connection.ConnectionClosed = shown.Token;
        connection.Transport = new Ends(new LateEnd(connection.Transport.Input), connection.Transport.Output);
        Task telling = TellAsync(connection, shown, closed, over.Token);
        try { await next(connection); }
        finally
        {
            await over.CancelAsync();
            await telling;
        }
    };

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static async Task TellAsync(ConnectionContext connection, CancellationTokenSource shown, CancellationToken closed, CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closed, over);
        try { await Task.Delay(Timeout.InfiniteTimeSpan, either.Token); }
        catch (OperationCanceledException) { /* one of the two */ }

        while (!over.IsCancellationRequested && !connection.Items.ContainsKey(Hijacked))
        {
            if (HasHungUp(connection))
            {
                await shown.CancelAsync();
                return;
            }

            try { await Task.Delay(BetweenLooks, over); }
            catch (OperationCanceledException) { return; }
        }
    }

    private static bool HasHungUp(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { SafeHandle: { IsClosed: false } handle }) { return true; }

        PollEntry[] entries = [new() { Descriptor = (int)handle.DangerousGetHandle(), Wanted = PollEvents.None }];
        return Descriptor.Poll(entries, 0) > 0;
    }
}
