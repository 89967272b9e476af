using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Inro.Bench.Setting;

/// <summary>A docker archive of many images that share one empty layer and differ in a label.</summary>
internal static class ManyImages
{
    private const int EmptyTarBytes = 1024;

    /// <summary>Writes it.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="from">Tag of the first one.</param>
    /// <param name="to">The number after the last one's tag.</param>
    public static void Write(string path, int from, int to)
    {
        byte[] layer = new byte[EmptyTarBytes];
        string diffId = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(layer));
        using var tar = new TarWriter(File.Create(path), TarEntryFormat.Ustar);
        Add(tar, "layer.tar", layer);
        List<string> entries = [];
        for (int i = from; i < to; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            Add(tar, number + ".json", Encoding.UTF8.GetBytes(
                $$$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["true"],"Labels":{"n":"{{{number}}}"}},"rootfs":{"type":"layers","diff_ids":["{{{diffId}}}"]}}"""));
            entries.Add($$"""{"Config":"{{number}}.json","RepoTags":["grown:{{number}}"],"Layers":["layer.tar"]}""");
        }

        Add(tar, "manifest.json", Encoding.UTF8.GetBytes("[" + string.Join(',', entries) + "]"));
    }

    private static void Add(TarWriter tar, string name, byte[] content) => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
