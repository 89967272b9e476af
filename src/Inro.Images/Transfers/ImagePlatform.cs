using Inro.Spec;

namespace Inro.Images.Transfers;

/// <summary>The platform that a command asks for, and the one that an image has.</summary>
public static class ImagePlatform
{
    /// <summary>Refuses an image that is for another platform.</summary>
    /// <param name="offered">What the image is for; null where it does not say, which suits everybody.</param>
    /// <param name="wanted">What was asked for; null: nothing.</param>
    /// <param name="name">What people call the image.</param>
    /// <exception cref="ImageException">It is for another.</exception>
    public static void Check(Platform? offered, Platform? wanted, string name)
    {
        bool suits = wanted is null || offered is null || wanted.Distance(offered) is not null;
        if (!suits)
        {
            throw new ImageException(
                $"image with reference {name} was found but does not provide the specified platform ({wanted}); it is for {offered}", $"inro pull --platform {wanted} {name}");
        }
    }
}
