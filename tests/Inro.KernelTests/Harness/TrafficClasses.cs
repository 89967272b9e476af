namespace Inro.KernelTests.Harness;

/// <summary>Shell lines that show which traffic class packets over the loopback device fall into. See tc(8), tc-htb(8).</summary>
public static class TrafficClasses
{
    /// <summary>Two classes on <c>lo</c> of the caller's network namespace, and <c>send</c>, which sends one packet.</summary>
    public const string SetUp = """
        ip link set lo up && tc qdisc add dev lo root handle 10: htb || exit 97
        for class in 10:1 10:2; do tc class add dev lo parent 10: classid $class htb rate 1gbit quantum 60000 || exit 97; done
        send() { bash -c ': < /dev/tcp/127.0.0.1/9' 2>/dev/null; true; }
        """;

    /// <summary>Prints the classes that packets fell into, or <c>none</c>.</summary>
    public const string Show = """
        tc -s class show dev lo | awk '/^class/ { c = $3 } /Sent/ && $4 > 0 { print c; n++ } END { if (!n) print "none" }'
        """;

    /// <summary>Whether the kernel has them; asked in a network namespace that ends with the question.</summary>
    internal static bool AreThere => Tool.Run("unshare", ["-n", "sh", "-c", SetUp], TimeSpan.FromSeconds(20)).ExitCode == 0;
}
