namespace Inro.Images.Layers.Tar;

/// <summary>An archive is not what a tar archive may be.</summary>
/// <param name="offset">Where, in bytes from the start of the (decompressed) archive.</param>
/// <param name="reason">What is wrong there.</param>
public sealed class TarFormatException(long offset, string reason) : IOException($"tar: {reason}, at byte {offset}")
{
    /// <summary>Bytes from the start of the decompressed archive.</summary>
    public long Offset { get; } = offset;

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; } = reason;
}
