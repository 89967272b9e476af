using System.Buffers;
using System.Text;
using System.Text.Json;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>An image index whose images stand on a line each, so that one of ten thousand is exchanged without reading the others.</summary>
/// <remarks>No LINQ over the lines: it is compiled for each struct that it is about, in hundreds of combinations.</remarks>
internal sealed class IndexLines
{
    private readonly List<ReadOnlyMemory<byte>> lines;

    private IndexLines(List<ReadOnlyMemory<byte>> lines) => this.lines = lines;

    private static ReadOnlySpan<byte> Head => """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["""u8;

    private static ReadOnlySpan<byte> Tail => "]}\n"u8;

    /// <summary>An index of these images.</summary>
    public static IndexLines Of(IEnumerable<Descriptor> images)
    {
        var made = new IndexLines([]);
        made.Add(images);
        return made;
    }

    /// <summary>Takes a file apart; null: it is not in this form.</summary>
    public static IndexLines? Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> all = file.Span;
        if (!all.StartsWith(Head) || !all.EndsWith(Tail) || all.Length < Head.Length + 1 + Tail.Length || all[Head.Length] != '\n') { return null; }

        var read = new IndexLines([]);
        for (int at = Head.Length + 1; at < all.Length - Tail.Length;)
        {
            int length = all[at..].IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = all.Slice(at, length).TrimEnd((byte)',');
            if (line is not [(byte)'{', .., (byte)'}']) { return null; }

            read.lines.Add(file.Slice(at, line.Length));
            at += length + 1;
        }

        return read;
    }

    /// <summary>Adds the digests of the images that have one of these names; what a name is, its annotation says.</summary>
    public void AddManifestsOf(IReadOnlyCollection<string> references, ISet<Digest> found)
    {
        byte[][] wanted = [.. references.Select(static r => Encoding.UTF8.GetBytes($"\"{Annotations.ContainerdImageName}\":\"{JsonEncodedText.Encode(r)}\""))];
        if (wanted.Length == 0) { return; }

        foreach (ReadOnlyMemory<byte> line in lines)
        {
            if (HasAny(line, wanted)) { found.Add(JsonSerializer.Deserialize(line.Span, OciJson.Default.Descriptor)!.Digest); } // a line is a descriptor, never null
        }
    }

    /// <summary>Puts other lines in the place of all those of these images.</summary>
    public void Exchange(IEnumerable<Digest> manifests, IEnumerable<Descriptor> images)
    {
        List<byte[]> digests = [];
        foreach (Digest manifest in manifests) { digests.Add(Encoding.UTF8.GetBytes($"\"digest\":\"{manifest}\"")); }

        byte[][] going = [.. digests];
        lines.RemoveAll(line => HasAny(line, going));
        Add(images);
    }

    /// <summary>The file.</summary>
    public byte[] Write()
    {
        int length = Head.Length + 1 + Tail.Length;
        foreach (ReadOnlyMemory<byte> line in lines) { length += line.Length + 2; }

        var file = new ArrayBufferWriter<byte>(length);
        file.Write(Head);
        file.Write("\n"u8);
        for (int i = 0; i < lines.Count; i++)
        {
            file.Write(lines[i].Span);
            file.Write(i + 1 < lines.Count ? ",\n"u8 : "\n"u8);
        }

        file.Write(Tail);
        return file.WrittenSpan.ToArray();
    }

    private void Add(IEnumerable<Descriptor> images)
    {
        foreach (Descriptor image in images) { lines.Add(JsonSerializer.SerializeToUtf8Bytes(image, OciJson.Default.Descriptor)); }
    }

    private static bool HasAny(ReadOnlyMemory<byte> line, byte[][] words)
    {
        foreach (byte[] word in words)
        {
            if (line.Span.IndexOf(word) >= 0) { return true; }
        }

        return false;
    }
}
