using System.Globalization;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Sockets that a service manager has opened for the program. See sd_listen_fds(3).</summary>
internal static class SocketActivation
{
    /// <summary>Number of the first such descriptor.</summary>
    public const int FirstDescriptor = 3;

    private const int Most = 1024;

    /// <summary>How many this process was given; those that were meant for another process are not counted.</summary>
    public static int Count() => Count(Environment.GetEnvironmentVariable("LISTEN_PID"), Environment.GetEnvironmentVariable("LISTEN_FDS"), Environment.ProcessId);

    internal static int Count(string? owner, string? count, int self) =>
        count is { Length: > 0 } && Number(owner) == self && Number(count) is > 0 and <= Most and var sockets ? sockets : 0;

    /// <summary>What the container's first process is told: that the sockets are its own.</summary>
    public static IReadOnlyList<string> Variables(int count) =>
        count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"LISTEN_FDS={count}"), "LISTEN_PID=1"];

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
