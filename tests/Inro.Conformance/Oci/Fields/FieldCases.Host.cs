using System.Net.Sockets;
using System.Text;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Fields;

/// <summary>Fields that reach out of the container: a network device of the host, marks of packets, an agent that answers for a filter.</summary>
internal static partial class FieldCases
{
    private const int MaxMessageBytes = 64 * 1024;

    private static IEnumerable<FieldCase> Host()
    {
        yield return Case("linux.netDevices{}.name", "grep -o 'moved[0-9]' /proc/net/dev", "moved7\n", ("linux.netDevices", """{"given7":{"name":"moved7"}}""")) with
        {
            Needs = Needs.Ip,
            Prepare = static bundle => bundle.Wrapper = ["unshare", "-n", "/bin/sh", "-c", "ip link add given7 type veth peer name other7 && exec \"$@\"", "sh"],
        };
        yield return Sent("linux.resources.network.classID", """{"network":{"classID":1048577}}""", "10:1");
        yield return Sent("linux.resources.network.priorities[].name", """{"network":{"priorities":[{"name":"lo","priority":1048578}]}}""", "10:2");
        yield return Sent("linux.resources.network.priorities[].priority", """{"network":{"priorities":[{"name":"lo","priority":1048578}]}}""", "10:2");
        const string Asks = """
            {"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"@BUNDLE@/agent","listenerMetadata":"for the agent","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_NOTIFY"}]}
            """;
        yield return Case("linux.seccomp.listenerPath", "true", "\"seccompFd\"", ("linux.seccomp", Asks)) with { Needs = Needs.LibSeccomp, Look = Heard };
        yield return Case("linux.seccomp.listenerMetadata", "true", "for the agent", ("linux.seccomp", Asks)) with { Needs = Needs.LibSeccomp, Look = Heard };
    }

    /// <summary>The traffic class that a packet of the container falls into, in a network namespace around the runtime.</summary>
    private static FieldCase Sent(string field, string resources, string traffic) =>
        Case(field, "nc -w 1 127.0.0.1 9; true", traffic + "\n", ("linux.namespaces", """[{"type":"mount"},{"type":"pid"}]"""), ("linux.resources", resources)) with
        {
            Needs = Needs.TrafficClasses,
            Prepare = static bundle => bundle.Wrapper = ["unshare", "-n", "/bin/sh", "-c", $"{TrafficClasses.SetUp}\n\"$@\"; {TrafficClasses.Show}", "sh"],
            Documented = ("the traffic class that `tc -s class` counts a packet in", $"`{traffic}`"),
        };

    /// <summary>What the agent is told; it lets go of the descriptor, so that the calls it was asked for fail.</summary>
    private static string Heard(Bundle bundle)
    {
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(bundle.Path + "/agent"));
        agent.Listen();
        string heard = "";
        var listener = new Thread(() =>
        {
            try
            {
                using Socket caller = agent.Accept();
                byte[] message = new byte[MaxMessageBytes];
                heard = Encoding.UTF8.GetString(message, 0, caller.Receive(message));
            }
            catch (SocketException)
            {
                heard = ""; // nobody came
            }
        });
        listener.Start();
        ToolResult result = bundle.Run();
        agent.Close();
        listener.Join();
        return heard + result.Error;
    }
}
