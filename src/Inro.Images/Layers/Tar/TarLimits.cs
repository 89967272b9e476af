namespace Inro.Images.Layers.Tar;

/// <summary>Limits on what an archive may ask this program to hold.</summary>
internal static class TarLimits
{
    /// <summary>Unit of the format, in bytes.</summary>
    public const int BlockBytes = 512;

    /// <summary>Longest path and link target, in bytes: the kernel's PATH_MAX.</summary>
    public const int MaxPathBytes = 4096;

    /// <summary>Largest extension header (PAX records, GNU long name), in bytes.</summary>
    public const int MaxExtensionBytes = 1 << 20;

    /// <summary>Most PAX records of one header.</summary>
    public const int MaxRecords = 65_536;

    /// <summary>Most runs of one sparse file.</summary>
    public const int MaxSparseRuns = 262_144;

    /// <summary>Largest file, in bytes; larger than any file system of today holds.</summary>
    public const long MaxFileBytes = 1L << 60;
}
