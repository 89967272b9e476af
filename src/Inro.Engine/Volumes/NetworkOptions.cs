using System.Net;
using System.Net.Sockets;

namespace Inro.Engine.Volumes;

/// <summary>Completes the options of network file systems as the programs of mount(8) do: the kernel wants an address where a person writes a name.</summary>
internal static class NetworkOptions
{
    private const int MaxCredentialBytes = 4096;

    /// <summary>The words with the server's address in the place of its name.</summary>
    /// <param name="volume">The volume's name, for messages.</param>
    /// <param name="options">What is mounted.</param>
    /// <exception cref="EngineException">PreconditionFailed: the server's name has no address. InvalidArgument: a file of credentials cannot be read.</exception>
    public static IReadOnlyList<string> Complete(string volume, LocalOptions options)
    {
        if (options.Type is not ("nfs" or "nfs4" or "cifs" or "smb3")) { return options.Words; }

        List<string> words = [];
        bool hasAddress = false;
        foreach (string word in options.Words)
        {
            if (word.StartsWith("addr=", StringComparison.Ordinal))
            {
                words.Add("addr=" + Resolve(volume, word["addr=".Length..]));
                hasAddress = true;
            }
            else if (word.StartsWith("credentials=", StringComparison.Ordinal)) { words.AddRange(Credentials(volume, word["credentials=".Length..])); }
            else { words.Add(word); }
        }

        if (!hasAddress && ServerOf(options) is { Length: > 0 } server) { words.Add("addr=" + Resolve(volume, server)); }

        return words;
    }

    /// <summary>Versions to ask for before the kernel's default, newest first: for NFS 4 without a version that is 4.0 alone, which servers leave out.</summary>
    /// <param name="options">What is mounted.</param>
    public static IReadOnlyList<string> VersionsToTry(LocalOptions options)
    {
        if (options.Type != "nfs4") { return []; }

        foreach (string word in options.Words)
        {
            if (word.StartsWith("vers=", StringComparison.Ordinal) || word.StartsWith("nfsvers=", StringComparison.Ordinal) || word.StartsWith("minorversion=", StringComparison.Ordinal)) { return []; }
        }

        return ["vers=4.2", "vers=4.1"];
    }

    // "server:/path", "[fe80::1]:/path", "//server/share"
    private static string ServerOf(LocalOptions options)
    {
        string device = options.Device;
        if (device.StartsWith("//", StringComparison.Ordinal)) { return device[2..].Split('/', 2)[0]; }

        if (device.StartsWith('[')) { return device[1..].Split(']', 2)[0]; }

        int colon = device.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? device[..colon] : "";
    }

    private static string Resolve(string volume, string server)
    {
        if (IPAddress.TryParse(server, out _)) { return server; }

        try
        {
            // As docker resolves it: a server exports to IPv4 addresses more often than to IPv6 ones.
            IPAddress[] found = Dns.GetHostAddresses(server);
            IPAddress? chosen = Array.Find(found, static address => address.AddressFamily == AddressFamily.InterNetwork) ?? found.FirstOrDefault();
            if (chosen is not null) { return chosen.ToString(); }
        }
        catch (SocketException unknown)
        {
            throw Unknown(volume, server, unknown.Message, unknown);
        }

        throw Unknown(volume, server, "it has no address", null);
    }

    /// <summary>The lines of such a file that the kernel knows: username, password, domain.</summary>
    private static List<string> Credentials(string volume, string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxCredentialBytes) { throw new IOException($"it is longer than {MaxCredentialBytes} bytes"); }

            List<string> words = [];
            foreach (string line in File.ReadLines(path))
            {
                int equals = line.IndexOf('=', StringComparison.Ordinal);
                string name = equals < 0 ? "" : line[..equals].Trim();
                if (name is "username" or "user" or "password" or "pass" or "domain" or "dom") { words.Add(name + "=" + line[(equals + 1)..]); }
            }

            return words;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"failed to mount local volume {volume}: credentials {path}: {refused.Message}", "name a file that this user can read", refused);
        }
    }

    private static EngineException Unknown(string volume, string server, string why, Exception? cause) => new(
        ErrorCode.PreconditionFailed, $"failed to mount local volume {volume}: error resolving passed in network volume address {server}: {why}", "give an address with addr=, or look at /etc/resolv.conf", cause);
}
