using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inro.Conformance.Volumes;

/// <summary>A volume plug-in: HTTP on a unix socket where docker looks for plug-ins, under a name of its own. Volumes are directories.</summary>
internal sealed class VolumePlugin : IDisposable
{
    private const string Sockets = "/run/docker/plugins";
    private const string VolumeField = "Name";

    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread thread;
    private readonly string directory;
    private readonly bool hadDirectory = Directory.Exists(Sockets);
    private readonly Lock gate = new();
    private readonly List<string> calls = [];

    private VolumePlugin(string directory)
    {
        this.directory = directory;
        Name = "inrotest-" + Guid.NewGuid().ToString("N")[..8];
        Directory.CreateDirectory(Sockets);
        Directory.CreateDirectory(directory);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(16);
        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its socket.</summary>
    public string Path => $"{Sockets}/{Name}.sock";

    /// <summary>Answers that are given in the place of the usual ones, by method.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>What it was asked so far: method and volume.</summary>
    public string[] Calls
    {
        get { lock (gate) { return [.. calls]; } }
    }

    /// <summary>Starts one.</summary>
    public static VolumePlugin Start(string directory) => new(directory);

    public void Dispose()
    {
        listener.Dispose();
        thread.Join(TimeSpan.FromSeconds(5));
        File.Delete(Path);
        if (!hadDirectory && !Directory.EnumerateFileSystemEntries(Sockets).Any()) { Directory.Delete(Sockets); }
    }

    private void Serve()
    {
        while (true)
        {
            Socket accepted;
            try { accepted = listener.Accept(); }
            catch (Exception over) when (over is SocketException or ObjectDisposedException) { return; }

            using (accepted)
            {
                accepted.ReceiveTimeout = 5000;
                using var stream = new NetworkStream(accepted);
                try { while (Answer(stream)) { } }
                catch (IOException) { /* the client is gone */ }
            }
        }
    }

    private bool Answer(NetworkStream stream)
    {
        if (ReadHead(stream) is not { } head) { return false; }

        string method = head.Split(' ')[1].TrimStart('/');
        int length = head.Split("\r\n").Where(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Select(static l => int.Parse(l.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
        byte[] body = new byte[length];
        stream.ReadExactly(body);
        byte[] answer = Encoding.UTF8.GetBytes(Of(method, length == 0 ? new JsonObject() : JsonNode.Parse(body)!.AsObject()));
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.1+json\r\nContent-Length: {answer.Length}\r\n\r\n"));
        stream.Write(answer);
        return true;
    }

    private static string? ReadHead(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = stream.ReadByte();
            if (read < 0) { return null; }

            head.Append((char)read);
        }

        return head.ToString();
    }

    private string Of(string method, JsonObject request)
    {
        string name = request[VolumeField]?.GetValue<string>() ?? "";
        lock (gate) { calls.Add($"{method["VolumeDriver.".Length..]} {name}".Replace("ctivate ", "Activate", StringComparison.Ordinal)); }

        if (Answers.TryGetValue(method, out string? given)) { return given; }

        string place = $"{directory}/{name}";
        switch (method)
        {
            case "Plugin.Activate":
                return """{"Implements":["VolumeDriver"]}""";
            case "VolumeDriver.Create":
                Directory.CreateDirectory(place);
                File.WriteAllText($"{directory}/{name}.opts", JsonSerializer.Serialize(request["Opts"]));
                return """{"Err":""}""";
            case "VolumeDriver.Remove":
                Directory.Delete(place, recursive: true);
                return """{"Err":""}""";
            case "VolumeDriver.Mount" or "VolumeDriver.Path":
                return JsonSerializer.Serialize(new { Mountpoint = place, Err = "" });
            case "VolumeDriver.Get":
                return JsonSerializer.Serialize(new { Volume = new { Name = name, Mountpoint = place, Status = new Dictionary<string, object> { ["health"] = "fine", ["number"] = 7 } }, Err = "" });
            case "VolumeDriver.List":
                return JsonSerializer.Serialize(new { Volumes = Directory.GetDirectories(directory).Select(static d => new { Name = System.IO.Path.GetFileName(d) }), Err = "" });
            case "VolumeDriver.Capabilities":
                return """{"Capabilities":{"Scope":"global"}}""";
            default:
                return """{"Err":""}""";
        }
    }
}
