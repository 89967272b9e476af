using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <summary>A platform as it is typed: <c>linux/arm64</c>.</summary>
internal static class PlatformArgument
{
    /// <summary>Reads it.</summary>
    public static Platform Parse(string typed)
    {
        try { return Platform.Parse(typed); }
        catch (FormatException wrong) { throw new UsageException($"invalid argument \"{typed}\" for \"--platform\" flag: {wrong.Message}"); }
    }
}
