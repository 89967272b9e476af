using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>An entry of a layer cannot be made.</summary>
public sealed class LayerException : IOException
{
    internal LayerException(byte[] path, string why)
        : base($"layer entry '{PathBytes.Show(path)}': {why}")
    {
    }

    internal LayerException(TarEntry entry, string why)
        : base(Text(entry, why))
    {
    }

    internal LayerException(TarEntry entry, LinuxException cause)
        : base(Text(entry, cause.Message), cause)
    {
        Errno = cause.Errno;
        HResult = cause.HResult; // a full disk is one, wherever it was noticed
    }

    /// <summary>What the kernel said, where it was the kernel that refused: ENOSPC is a full disk.</summary>
    public Errno Errno { get; }

    /// <summary>Whether the layer is to blame, and not a disk without room.</summary>
    public bool IsDamage => Errno is not (Errno.ENOSPC or Errno.EDQUOT);

    private static string Text(TarEntry entry, string why) => $"layer entry '{PathBytes.Show(entry.Name)}' at byte {entry.Offset}: {why}";
}
