using Microsoft.AspNetCore.Connections;

namespace Inro.Server.Http;

/// <summary>A layer between the socket and HTTP that does not tell of the end of a hijacked connection's input.</summary>
internal static class HiddenClose
{
    /// <summary>Key of a connection's items: it carries a stream.</summary>
    public const string Hijacked = "inro.hijacked";

    /// <summary>The layer.</summary>
    public static ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        CancellationToken closed = connection.ConnectionClosed;
        using var shown = new CancellationTokenSource();
        connection.ConnectionClosed = shown.Token;
        using CancellationTokenRegistration tell = closed.UnsafeRegister(
            _ =>
            {
                if (!connection.Items.ContainsKey(Hijacked)) { shown.Cancel(); }
            },
            state: null);
        await next(connection);
    };
}
