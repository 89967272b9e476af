using System.Text;

namespace Inro.Engine.Containers.Compose;

/// <summary>/etc/hosts, /etc/hostname and /etc/resolv.conf as docker writes them.</summary>
internal static class NetworkFiles
{
    private const int MaxHostsBytes = 1 << 20;

    public static IReadOnlyList<BundleFile> Compose(ComposeRequest request, string hostname, bool sharesHostNetwork)
    {
        ContainerConfig config = request.Config;
        List<BundleFile> files = [];
        if (!config.LeavesResolver) { files.Add(new("resolv.conf", ResolvConf(config, request.Host.ResolvConf, sharesHostNetwork))); }

        if (!config.LeavesHostname) { files.Add(new("hostname", hostname + "\n")); }

        if (!config.LeavesHosts) { files.Add(new("hosts", Hosts(request, sharesHostNetwork))); }

        return files;
    }

    private static string Hosts(ComposeRequest request, bool sharesHostNetwork)
    {
        var text = new StringBuilder(512);
        if (request.Config.HostsBase is { } named) { text.Append(BaseOf(request, named)); }
        else if (sharesHostNetwork && request.Host.Hosts.Length > 0) { text.Append(request.Host.Hosts.TrimEnd('\n')).Append('\n'); }
        else
        {
            text.Append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n");
            text.Append("ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
        }

        foreach (string entry in request.Config.ExtraHosts) { text.Append(ExtraHost(entry)); }
        foreach (string entry in request.HostEntries) { text.Append(entry).Append('\n'); }
        return text.ToString();
    }

    /// <summary>What <c>--hosts-file</c> names, ended by a line's end.</summary>
    private static string BaseOf(ComposeRequest request, string named)
    {
        if (named == "none") { return ""; }

        try
        {
            string text = named == "image" ? Encoding.UTF8.GetString(request.Rootfs.TryRead("/etc/hosts", MaxHostsBytes) ?? []) : OfHost(named);
            return text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"--hosts-file {named} cannot be read: {unreadable.Message}", "name a file of the host, image, or none", unreadable);
        }
    }

    private static string OfHost(string path) => new FileInfo(path) is { Exists: true, Length: > MaxHostsBytes }
        ? throw new InvalidDataException($"it is longer than {MaxHostsBytes} bytes")
        : File.ReadAllText(path);

    // name:address; the address may hold colons, and '=' may stand for the first one.
    private static string ExtraHost(string entry)
    {
        int cut = entry.AsSpan().IndexOfAny(':', '=');
        string name = cut > 0 ? entry[..cut] : "";
        string address = cut > 0 ? entry[(cut + 1)..].Trim('[', ']') : "";
        return name.Length > 0 && System.Net.IPAddress.TryParse(address, out _)
            ? $"{address}\t{name}\n"
            : throw new EngineException(ErrorCode.InvalidArgument, $"invalid IP address in add-host: \"{address}\"", "write --add-host name:address");
    }

    // The host's name servers on its own loopback cannot be reached from another network namespace.
    private static string ResolvConf(ContainerConfig config, string host, bool sharesHostNetwork)
    {
        bool asked = config.Dns.Count + config.DnsSearch.Count + config.DnsOptions.Count > 0;
        if (sharesHostNetwork && !asked) { return host; }

        var text = new StringBuilder(256);
        List<string> servers = config.Dns.Count > 0 ? [.. config.Dns] : Values(host, "nameserver");
        foreach (string server in servers)
        {
            if (config.Dns.Count > 0 || sharesHostNetwork || !IsLoopback(server)) { text.Append("nameserver ").Append(server).Append('\n'); }
        }

        IReadOnlyList<string> search = config.DnsSearch.Count > 0 ? config.DnsSearch : Words(Values(host, "search"));
        if (search.Count > 0 && search is not ["."]) { text.Append("search ").AppendJoin(' ', search).Append('\n'); }

        IReadOnlyList<string> options = config.DnsOptions.Count > 0 ? config.DnsOptions : Words(Values(host, "options"));
        if (options.Count > 0) { text.Append("options ").AppendJoin(' ', options).Append('\n'); }
        return text.ToString();
    }

    private static bool IsLoopback(string server) => System.Net.IPAddress.TryParse(server, out System.Net.IPAddress? address) && System.Net.IPAddress.IsLoopback(address);

    private static List<string> Values(string text, string key)
    {
        List<string> values = [];
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0] == key) { values.Add(parts[1]); }
        }

        return values;
    }

    // The last line of a kind holds.
    private static string[] Words(List<string> lines) => lines.Count == 0 ? [] : lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
