using System.Buffers;
using System.Text;
using System.Text.Json;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>An image index whose images stand on a line each, so that one of ten thousand is exchanged without reading the others.</summary>
internal sealed class IndexLines
{
    private readonly List<ReadOnlyMemory<byte>> lines;

    private IndexLines(List<ReadOnlyMemory<byte>> lines) => this.lines = lines;

    private static ReadOnlySpan<byte> Head => """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["""u8;

    private static ReadOnlySpan<byte> Tail => "]}\n"u8;

    /// <summary>An index of these images.</summary>
    public static IndexLines Of(IEnumerable<Descriptor> images) => new([.. images.Select(Line)]);

    /// <summary>Takes a file apart; null: it is not in this form.</summary>
    public static IndexLines? Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> all = file.Span;
        if (!all.StartsWith(Head) || !all.EndsWith(Tail) || all.Length < Head.Length + 1 + Tail.Length || all[Head.Length] != '\n') { return null; }

        List<ReadOnlyMemory<byte>> lines = [];
        for (int at = Head.Length + 1; at < all.Length - Tail.Length;)
        {
            int length = all[at..].IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = all.Slice(at, length).TrimEnd((byte)',');
            if (line is not [(byte)'{', .., (byte)'}']) { return null; }

            lines.Add(file.Slice(at, line.Length));
            at += length + 1;
        }

        return new IndexLines(lines);
    }

    /// <summary>Digests of the images that have one of these names; what a name is, its annotation says.</summary>
    public IEnumerable<Digest> ManifestsOf(IReadOnlyCollection<string> references)
    {
        byte[][] wanted = [.. references.Select(static r => Encoding.UTF8.GetBytes($"\"{Annotations.ContainerdImageName}\":\"{JsonEncodedText.Encode(r)}\""))];
        return wanted.Length == 0 ? [] : lines.Where(line => Array.Exists(wanted, name => line.Span.IndexOf(name) >= 0)).Select(static line => JsonSerializer.Deserialize(line.Span, OciJson.Default.Descriptor)!.Digest);
    }

    /// <summary>Puts other lines in the place of all those of these images.</summary>
    public void Exchange(IReadOnlyCollection<Digest> manifests, IEnumerable<Descriptor> images)
    {
        byte[][] going = [.. manifests.Select(static m => Encoding.UTF8.GetBytes($"\"digest\":\"{m}\""))];
        lines.RemoveAll(line => Array.Exists(going, digest => line.Span.IndexOf(digest) >= 0));
        lines.AddRange(images.Select(Line));
    }

    /// <summary>The file.</summary>
    public byte[] Write()
    {
        var file = new ArrayBufferWriter<byte>(Head.Length + Tail.Length + 2 + lines.Sum(static l => l.Length + 2));
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

    private static ReadOnlyMemory<byte> Line(Descriptor image) => JsonSerializer.SerializeToUtf8Bytes(image, OciJson.Default.Descriptor);
}
