namespace Inro.Engine.Logs;

/// <summary>The host's journal.</summary>
internal static class Journal
{
    /// <summary>Where its native protocol is spoken.</summary>
    public const string SocketPath = "/run/systemd/journal/socket";

    /// <summary>There is one on this host.</summary>
    public static bool IsThere => File.Exists(SocketPath);
}
