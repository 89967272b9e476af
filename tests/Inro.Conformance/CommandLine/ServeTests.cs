using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Inro.Conformance.CommandLine;

/// <summary><c>inro serve</c> as its clients see it: bytes on a unix socket.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("inro-serve-").FullName;
    private Process? server;

    public ServeTests() => Assert.SkipUnless(File.Exists(InroProgram.Path), "the program is not built: ./dev build, or name one with INRO_BINARY");

    private string SocketPath => directory + "/s.sock";

    public void Dispose()
    {
        if (server is { HasExited: false })
        {
            server.Kill();
            server.WaitForExit();
        }

        server?.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("GET /_ping HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 200 OK", "\r\n\r\nOK")]
    [InlineData("HEAD /_ping HTTP/1.1\r\nHost: /var/run/docker.sock\r\n", "HTTP/1.1 200 OK", "Api-Version: 1.51\r\n")]
    [InlineData("GET /v1.41/_ping HTTP/1.1\r\nHost: api.moby.localhost\r\n", "HTTP/1.1 200 OK", "Docker-Experimental: false\r\n")]
    [InlineData("GET /v1.41/version HTTP/1.1\r\nHost: %2Frun%2Fx.sock\r\n", "HTTP/1.1 200 OK", "\"ApiVersion\":\"1.51\"")]
    [InlineData("GET /version HTTP/1.1\r\nHost: docker\r\n", "HTTP/1.1 200 OK", "\"MinAPIVersion\":\"1.24\"")]
    [InlineData("GET /v1.99/version HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 400 Bad Request", "{\"message\":\"client version 1.99 is too new. Maximum supported API version is 1.51\"}\n")]
    [InlineData("GET /v1.9/version HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 400 Bad Request", "client version 1.9 is too old")]
    [InlineData("GET /nosuch HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 404 Not Found", "\r\n\r\n{\"message\":\"page not found\"}\n")]
    [InlineData("POST /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n", "HTTP/1.1 404 Not Found", "page not found")]
    public void Requests_are_answered_as_the_engine_api_says(string request, string begin, string contains)
    {
        Start();

        string answer = Ask(request);

        Assert.StartsWith(begin, answer, StringComparison.Ordinal);
        Assert.Contains(contains, answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_server_takes_its_socket_away_and_a_killed_ones_is_replaced()
    {
        Start();
        server!.Kill();
        server.WaitForExit();
        Assert.True(File.Exists(SocketPath));
        server.Dispose();

        Start();
        Assert.Contains("OK", Ask("GET /_ping HTTP/1.1\r\nHost: x\r\n"), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(SocketPath));
        InroProgram.Answer second = InroProgram.Run("serve", "--socket", SocketPath);
        Assert.Equal(1, second.Status);
        Assert.Contains("try: stop the other inro serve", second.Error, StringComparison.Ordinal);

        Process.Start("kill", ["-TERM", $"{server.Id}"]).WaitForExit();
        Assert.True(server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, server.ExitCode);
        Assert.False(File.Exists(SocketPath));
    }

    private void Start()
    {
        server = Process.Start(new ProcessStartInfo(InroProgram.Path!, ["serve", "--socket", SocketPath]) { RedirectStandardError = true })!;
        Assert.Equal($"inro: listening on {SocketPath}", server.StandardError.ReadLine());
    }

    private string Ask(string head)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        socket.Send(Encoding.ASCII.GetBytes(head + "Connection: close\r\n\r\n"));
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        for (int read = socket.Receive(buffer); read > 0; read = socket.Receive(buffer)) { answer.Append(Encoding.ASCII.GetString(buffer, 0, read)); }

        return answer.ToString();
    }
}
