namespace Inro.Images.Layers;

/// <summary>A path of a layer, cleaned as text: no empty parts, no ".", no ".." that would lead above the root.</summary>
/// <remarks>Links on the way are the kernel's to resolve, inside the root (openat2).</remarks>
internal static class LayerPath
{
    /// <summary>The parts joined by single slashes; empty for the root itself.</summary>
    public static byte[] Clean(ReadOnlySpan<byte> path)
    {
        byte[] clean = new byte[path.Length];
        int length = 0;
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path[range];
            if (part.Length == 0 || part.SequenceEqual("."u8)) { continue; }

            if (part.SequenceEqual(".."u8))
            {
                length = Math.Max(clean.AsSpan(0, length).LastIndexOf((byte)'/'), 0);
                continue;
            }

            if (length > 0) { clean[length++] = (byte)'/'; }

            part.CopyTo(clean.AsSpan(length));
            length += part.Length;
        }

        return clean[..length];
    }

    /// <summary>The path of the directory that holds it; empty for a name in the root.</summary>
    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> clean)
    {
        int slash = clean.LastIndexOf((byte)'/');
        return slash < 0 ? default : clean[..slash];
    }

    /// <summary>The last part.</summary>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> clean) => clean[(clean.LastIndexOf((byte)'/') + 1)..];

    /// <summary>With a zero byte behind, as the kernel takes it.</summary>
    public static byte[] Terminated(ReadOnlySpan<byte> path)
    {
        byte[] bytes = new byte[path.Length + 1];
        path.CopyTo(bytes);
        return bytes;
    }

    /// <summary>The same for a directory, which may be the root itself.</summary>
    public static byte[] Directory(ReadOnlySpan<byte> path) => Terminated(path.IsEmpty ? "."u8 : path);
}
