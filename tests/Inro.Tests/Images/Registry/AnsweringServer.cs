using System.Net;
using System.Net.Sockets;

namespace Inro.Tests.Images.Registry;

/// <summary>A registry of few words on loopback: a test says what it answers.</summary>
internal sealed class AnsweringServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Action<HttpListenerRequest, HttpListenerResponse> answer;

    public AnsweringServer(Action<HttpListenerRequest, HttpListenerResponse> answer)
    {
        this.answer = answer;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Host = $"127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        listener.Prefixes.Add($"http://{Host}/");
        listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Host { get; }

    /// <summary>Method and path of each request so far.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The thread is not waited for: a listener that is stopped just before it is asked for the next request never answers.</summary>
    public void Dispose() => listener.Close();

    private void Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext context = listener.GetContext();
                Requests.Add($"{context.Request.HttpMethod} {context.Request.RawUrl}");
                answer(context.Request, context.Response);
                context.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // stopped, or the client is gone
            }
        }
    }
}
