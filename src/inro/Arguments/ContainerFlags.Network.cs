using System.Globalization;
using System.Net;
using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <content>Networks, names and ports.</content>
internal sealed partial class ContainerFlags
{
    private const int MaxPort = 65535;

    private readonly List<string> dns = [];
    private readonly List<string> dnsOptions = [];
    private readonly List<string> dnsSearch = [];
    private readonly List<string> extraHosts = [];
    private readonly List<string> exposed = [];
    private readonly List<string> published = [];
    private readonly List<string> aliases = [];
    private readonly List<string> links = [];
    private readonly List<string> linkLocal = [];

    private void AddNetwork(FlagTable table)
    {
        table
            .List("add-host", '\0', "Add a custom host-to-IP mapping (host:ip)", v => extraHosts.Add(HostEntry(v)))
            .List("dns", '\0', "Set custom DNS servers", v => { if (v == "none") { config = config with { LeavesResolver = true }; } else { dns.Add(Address(v)); } })
            .List("dns-option", '\0', "Set DNS options", dnsOptions.Add)
            .Add(new Flag { Name = "dns-opt", ValueName = "list", Help = "", Set = dnsOptions.Add, IsHidden = true })
            .List("dns-search", '\0', "Set custom DNS search domains", dnsSearch.Add)
            .Text("domainname", '\0', "Container NIS domain name", v => config = config with { DomainName = v })
            .List("expose", '\0', "Expose a port or a range of ports", v => exposed.AddRange(Ports(v)))
            .Text("ip", '\0', "IPv4 address (e.g., 172.30.100.104)", v => config = config with { Address = Address(v) })
            .Text("ip6", '\0', "IPv6 address (e.g., 2001:db8::33)", v => config = config with { Address6 = Address(v) })
            .List("link", '\0', "Add link to another container", links.Add)
            .List("link-local-ip", '\0', "Container IPv4/IPv6 link-local addresses", v => linkLocal.Add(Address(v)))
            .Text("mac-address", '\0', "Container MAC address (e.g., 92:d0:c6:0a:29:33)", v => config = config with { MacAddress = Mac(v) })
            .Text("network", '\0', "Connect a container to a network (none|host|container:NAME)", SetNetwork, value: "network", offers: Completion.Of("none", "host", "container:"))
            .Add(new Flag { Name = "net", ValueName = "network", Help = "", Set = SetNetwork, IsHidden = true })
            .List("network-alias", '\0', "Add network-scoped alias for the container", aliases.Add)
            .Add(new Flag { Name = "net-alias", ValueName = "list", Help = "", Set = aliases.Add, IsHidden = true })
            .List("publish", 'p', "Publish a container's port(s) to the host", v => published.Add(PublishArgument.Check(v)))
            .Switch("publish-all", 'P', "Publish all exposed ports to random ports", v => config = config with { PublishAllPorts = v });
    }

    private ContainerConfig WithNetwork(ContainerConfig made) => made with
    {
        Dns = dns,
        DnsOptions = dnsOptions,
        DnsSearch = dnsSearch,
        ExtraHosts = extraHosts,
        ExposedPorts = exposed,
        PublishedPorts = published,
        NetworkAliases = aliases,
        Links = links,
        LinkLocalAddresses = linkLocal,
    };

    private void SetNetwork(string name) => config = config with { NetworkMode = name.Length > 0 ? name : throw new FormatException("a network has a name") };

    private static string Address(string text) => IPAddress.TryParse(text, out _) ? text : throw new FormatException($"{text} is not an ip address");

    private static string Mac(string text)
    {
        string[] parts = text.Split(':', '-');
        bool isMac = parts.Length == 6 && Array.TrueForAll(parts, static p => byte.TryParse(p, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _));
        return isMac ? text : throw new FormatException($"{text} is not a valid mac address");
    }

    // host-gateway is resolved at the start
    private static string HostEntry(string text)
    {
        int cut = text.AsSpan().IndexOfAny(':', '=');
        if (cut <= 0) { throw new FormatException($"bad format for add-host: \"{text}\""); }

        string address = text[(cut + 1)..].Trim('[', ']');
        return address == "host-gateway" || IPAddress.TryParse(address, out _) ? text : throw new FormatException($"invalid IP address in add-host: \"{address}\"");
    }

    private static IEnumerable<string> Ports(string text)
    {
        string[] parts = text.Split('/');
        string protocol = parts.Length > 1 ? parts[1] : "tcp";
        if (parts.Length > 2 || protocol is not ("tcp" or "udp" or "sctp")) { throw new FormatException($"invalid proto: {protocol}"); }

        int dash = parts[0].IndexOf('-', StringComparison.Ordinal);
        int first = Port(dash < 0 ? parts[0] : parts[0][..dash], text);
        int last = dash < 0 ? first : Port(parts[0][(dash + 1)..], text);
        if (last < first) { throw new FormatException($"invalid range format for --expose: {text}, error: invalid range specified for port"); }

        return Enumerable.Range(first, last - first + 1).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}/{protocol}"));
    }

    private static int Port(string text, string all) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= MaxPort
            ? port
            : throw new FormatException($"invalid range format for --expose: {all}, error: '{text}' is no port");
}
