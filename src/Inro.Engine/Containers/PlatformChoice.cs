using Inro.Images.Transfers;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <summary>Whether an image is for the platform that was asked for, and for this machine.</summary>
internal static class PlatformChoice
{
    /// <summary>Refuses an image that is for another platform than was asked for; without such a wish, notes one that is not for this machine.</summary>
    /// <param name="config">What was asked.</param>
    /// <param name="offered">What the image's config says; null: nothing.</param>
    /// <param name="notes">Told to the user.</param>
    /// <exception cref="EngineException">NotFound: the image is for another platform (the caller may pull and try again). InvalidArgument: what was asked for is no platform.</exception>
    public static void Check(ContainerConfig config, Platform? offered, List<string> notes)
    {
        if (config.Platform is { Length: > 0 } typed)
        {
            try { ImagePlatform.Check(offered, Platform.Parse(typed), config.Image); }
            catch (ImageException other) { throw new EngineException(ErrorCode.NotFound, other.Message, other.Remedy!, other); }
            catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, wrong.Message, "a platform is written as linux/arm64 or linux/arm/v7", wrong); }
        }
        else if (offered is not null && !IsNative(offered))
        {
            notes.Add($"The requested image's platform ({offered}) does not match the detected host platform ({Platform.Host}) and no specific platform was requested");
        }
    }

    /// <summary>Whether this machine runs it without help: its own programs, and those of its smaller sister.</summary>
    public static bool IsNative(Platform offered) =>
        Platform.Host.Distance(offered) is not null || (Platform.Host.Architecture, offered.Normalize().Architecture) is ("amd64", "386") or ("arm64", "arm");
}
