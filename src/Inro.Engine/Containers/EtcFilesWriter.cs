using System.Text;

namespace Inro.Engine.Containers;

/// <summary>What the engine puts at /etc/hostname, /etc/hosts and /etc/resolv.conf of a container.</summary>
internal static class EtcFilesWriter
{
    private const int MaxHostFileBytes = 1 << 20;

    private const string LoopbackHosts =
        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    /// <summary>The three files. Of the host's, those are read that the container shares.</summary>
    public static EtcFiles Of(ContainerConfig config, string id, string network)
    {
        bool isHost = network == "host";
        string hostname = config.Hostname ?? (isHost ? Environment.MachineName : id[..12]);
        string hosts = isHost ? ReadHost("/etc/hosts") : LoopbackHosts;
        return new EtcFiles(hostname, hosts + ExtraHosts(config.ExtraHosts), ResolvConf(config));
    }

    private static string ExtraHosts(IReadOnlyList<string> entries)
    {
        if (entries.Count == 0) { return ""; }

        var text = new StringBuilder();
        foreach (string entry in entries)
        {
            // name:address, or name=address where the address has colons
            int split = entry.IndexOfAny([':', '=']);
            if (split <= 0 || split == entry.Length - 1)
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"bad format for add-host: \"{entry}\"", "write --add-host NAME:ADDRESS");
            }

            text.Append(entry.AsSpan(split + 1)).Append('\t').Append(entry.AsSpan(0, split)).Append('\n');
        }

        return text.ToString();
    }

    private static string ResolvConf(ContainerConfig config)
    {
        bool own = config.Dns.Count > 0 || config.DnsSearch.Count > 0 || config.DnsOptions.Count > 0;
        if (!own) { return ReadHost("/etc/resolv.conf"); }

        var text = new StringBuilder();
        foreach (string server in config.Dns) { text.Append("nameserver ").Append(server).Append('\n'); }

        if (config.Dns.Count == 0)
        {
            foreach (string line in ReadHost("/etc/resolv.conf").Split('\n'))
            {
                if (line.StartsWith("nameserver", StringComparison.Ordinal)) { text.Append(line).Append('\n'); }
            }
        }

        if (config.DnsSearch.Count > 0) { text.Append("search ").AppendJoin(' ', config.DnsSearch).Append('\n'); }

        if (config.DnsOptions.Count > 0) { text.Append("options ").AppendJoin(' ', config.DnsOptions).Append('\n'); }

        return text.ToString();
    }

    private static string ReadHost(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MaxHostFileBytes } ? File.ReadAllText(path) : "";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return ""; // a host without the file, or one that hides it: the container gets an empty one, as docker gives
        }
    }
}
