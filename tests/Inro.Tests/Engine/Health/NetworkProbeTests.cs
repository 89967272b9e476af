using System.Net;
using System.Net.Sockets;
using System.Text;
using Inro.Engine.Health;
using Xunit;

namespace Inro.Tests.Engine.Health;

/// <summary>Checks that need no process.</summary>
public sealed class NetworkProbeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("tcp:0")]
    [InlineData("tcp:web:80")]
    [InlineData("tcp:70000")]
    [InlineData("tcp:")]
    [InlineData("http://web/")]
    [InlineData("http://127.0.0.1:x/")]
    [InlineData("http:/a b")]
    public void What_names_no_port_or_address_is_refused(string address) => Assert.Throws<FormatException>(() => NetworkProbe.Validate(address));

    [Theory]
    [InlineData("tcp:80")]
    [InlineData("tcp:127.0.0.1:80")]
    [InlineData("tcp:localhost:80")]
    [InlineData("tcp:[::1]:80")]
    [InlineData("http:/health")]
    [InlineData("http://127.0.0.1:8080/health?x=1")]
    [InlineData("http://[::1]")]
    public void These_can_be_tried(string address) => NetworkProbe.Validate(address);

    [Fact]
    public void A_port_that_listens_is_well_and_one_that_does_not_is_not()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        (int ExitCode, string Output) open = NetworkProbe.Run($"tcp:{port}", Soon);
        listener.Close();
        (int ExitCode, string Output) closed = NetworkProbe.Run($"tcp:{port}", Soon);

        Assert.Equal((0, 1), (open.ExitCode, closed.ExitCode));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 0)]
    [InlineData("HTTP/1.0 302 Found\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", 1)]
    [InlineData("220 smtp\r\n", 1)]
    [InlineData("", 1)]
    public async Task An_answer_is_judged_by_its_status(string answer, int expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> served = Serve(listener, answer, TestContext.Current.CancellationToken);

        (int ExitCode, string Output) found = NetworkProbe.Run($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ready", Soon);

        Assert.Equal(expected, found.ExitCode);
        Assert.StartsWith("GET /ready HTTP/1.0", await served, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_does_not_answer_is_late()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Equal(-1, NetworkProbe.Run($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", TimeSpan.FromMilliseconds(100)).ExitCode);
    }

    private static async Task<string> Serve(TcpListener listener, string answer, CancellationToken ct)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(ct);
        byte[] request = new byte[1024];
        int length = await client.GetStream().ReadAsync(request, ct);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
        return Encoding.ASCII.GetString(request, 0, length);
    }
}
