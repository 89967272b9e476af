using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <summary><c>--device HOST[:CONTAINER][:rwm]</c>.</summary>
internal static class DeviceArgument
{
    public static DeviceRequest Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 3 || Array.IndexOf(parts, "") >= 0) { throw new FormatException($"invalid device specification: {text}"); }

        string permissions = "rwm";
        string target = parts[0];
        if (parts.Length == 2 && IsPermissions(parts[1])) { permissions = parts[1]; }
        else if (parts.Length >= 2) { target = parts[1]; }

        if (parts.Length == 3)
        {
            permissions = IsPermissions(parts[2]) ? parts[2] : throw new FormatException($"invalid device specification: {text}: bad mode {parts[2]}");
        }

        return parts[0][0] == '/' && target[0] == '/'
            ? new DeviceRequest(parts[0], target, permissions)
            : throw new FormatException($"bad format for path: {(parts[0][0] == '/' ? target : parts[0])}");
    }

    private static bool IsPermissions(string text) =>
        text.Length is > 0 and <= 3 && text.All(static c => c is 'r' or 'w' or 'm') && text.Distinct().Count() == text.Length;
}
