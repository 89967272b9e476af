using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Inro.KernelTests.Harness;

namespace Inro.KernelTests.Images.Support;

/// <summary>Debian's docker-registry on a loopback port of its own; it ends with this object.</summary>
public sealed class TestRegistry : IDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly TempDir directory = TempDir.Create();
    private readonly Process process;

    /// <param name="user">Name and password that it asks for; null: it asks nobody.</param>
    /// <param name="isSafe">Whether it speaks TLS, with a certificate of an authority of its own: <see cref="Authority"/>.</param>
    /// <param name="asksForCertificates">Whether it speaks only with who shows a certificate of that authority: <see cref="ClientCertificate"/>.</param>
    /// <param name="withSchemaOne">Whether it takes manifests of schema 1.</param>
    public TestRegistry((string Name, string Password)? user = null, bool isSafe = false, bool asksForCertificates = false, bool withSchemaOne = false)
    {
        IsSafe = isSafe;
        Port = FreePort();
        var config = new StringBuilder($"""
            version: 0.1
            log: {"{"}level: error{"}"}
            storage:
              filesystem: {"{"}rootdirectory: {directory / "data"}{"}"}
              delete: {"{"}enabled: true{"}"}
            validation: {"{"}manifests: {"{"}urls: {"{"}allow: ['.*']{"}"}{"}"}{"}"}
            http:
              addr: 127.0.0.1:{Port}

            """);
        if (isSafe)
        {
            MakeCertificates();
            string clients = asksForCertificates ? $", clientcas: [{directory / "authority.pem"}]" : "";
            config.Append($"  tls: {{certificate: {directory / "host.pem"}, key: {directory / "host.key"}{clients}}}\n");
        }

        if (withSchemaOne) { config.Append("compatibility:\n  schema1: {enabled: true}\n"); }

        if (user is { } known)
        {
            string file = directory.File("users", Tool.Run("htpasswd", ["-Bbn", known.Name, known.Password], StartDeadline).Ok().Output.Trim() + "\n");
            config.Append($"auth:\n  htpasswd: {{realm: test, path: {file}}}\n");
        }

        process = Tool.Start("docker-registry", ["serve", directory.File("config.yml", config.ToString())], null);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        WaitUntilItListens();
    }

    /// <summary>On loopback.</summary>
    public int Port { get; }

    /// <summary>Whether it speaks TLS.</summary>
    public bool IsSafe { get; }

    /// <summary>As it stands in references.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>The certificate that vouches for it.</summary>
    public string Authority => directory / "authority.pem";

    /// <summary>A certificate that it knows; its key has the same name and ends with <c>.key</c>.</summary>
    public string ClientCertificate => directory / "client.cert";

    /// <summary>Where it keeps its things.</summary>
    public string Data => directory / "data";

    /// <summary>Gives it an image by skopeo.</summary>
    /// <param name="image">Which; written as an OCI archive first.</param>
    /// <param name="name">Repository and tag.</param>
    public void Put(TestImage image, string name)
    {
        string archive = directory / Guid.NewGuid().ToString("N");
        image.WriteLayout(archive);
        Tool.Run("skopeo", ["copy", "-q", "--dest-tls-verify=false", $"oci-archive:{archive}", $"docker://{Host}/{name}"], TimeSpan.FromSeconds(60)).Ok();
        File.Delete(archive);
    }

    public void Dispose()
    {
        Tool.KillGroup(process.Id);
        process.WaitForExit(StartDeadline);
        process.Dispose();
        directory.Dispose();
    }

    private void MakeCertificates()
    {
        string at = directory.Path;
        File.WriteAllText(at + "/ext", "subjectAltName=IP:127.0.0.1,DNS:safe.test\n");
        string[] commands =
        [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test-authority -keyout authority.key -out authority.pem",
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=registry -keyout host.key -out host.csr",
            "x509 -req -in host.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile ext -out host.pem",
        ];
        string[] ofClient =
        [
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=client -keyout client.key -out client.csr",
            "x509 -req -in client.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -out client.cert",
        ];
        foreach (string command in commands.Concat(ofClient)) { Tool.Run("openssl", command.Split(' '), StartDeadline, new ToolOptions { WorkingDirectory = at }).Ok(); }
    }

    private void WaitUntilItListens()
    {
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(begin) < Machine.Patience(StartDeadline)) { Thread.Sleep(20); }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
