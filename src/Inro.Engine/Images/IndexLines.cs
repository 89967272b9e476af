using System.Text;
using System.Text.Json;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>An image index whose images stand on a line each, so that one of ten thousand is exchanged without reading or copying the others.</summary>
/// <remarks>No LINQ over the pieces: it is compiled for each struct that it is about, in hundreds of combinations.</remarks>
internal sealed class IndexLines
{
    private const byte NewLine = (byte)'\n';

    private static readonly byte[] _head = [.. Head, NewLine];
    private static readonly byte[] _end = [NewLine, .. Tail];

    /// <summary>Lines that stood together, without what separates them from the others.</summary>
    private readonly List<ReadOnlyMemory<byte>> pieces = [];

    private static ReadOnlySpan<byte> Head => """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["""u8;

    private static ReadOnlySpan<byte> Tail => "]}\n"u8;

    private static ReadOnlySpan<byte> Separator => ",\n"u8;

    /// <summary>An index of these images.</summary>
    public static IndexLines Of(IEnumerable<Descriptor> images)
    {
        var made = new IndexLines();
        made.Add(images);
        return made;
    }

    /// <summary>Takes a file apart; null: it is not in this form.</summary>
    public static IndexLines? Read(ReadOnlyMemory<byte> file)
    {
        if (!file.Span.StartsWith(_head) || file.Length < _head.Length + Tail.Length || !file.Span.EndsWith(Tail)) { return null; }

        ReadOnlyMemory<byte> lines = file[_head.Length..^Tail.Length];
        var read = new IndexLines();
        if (lines.IsEmpty) { return read; }

        if (lines.Span is not [(byte)'{', .., (byte)'}', NewLine]) { return null; }

        read.pieces.Add(lines[..^1]);
        return read;
    }

    /// <summary>Adds the digests of the images that have one of these names; what a name is, its annotation says.</summary>
    public void AddManifestsOf(IReadOnlyCollection<string> references, ISet<Digest> found)
    {
        foreach (string reference in references)
        {
            byte[] word = Encoding.UTF8.GetBytes($"\"{Annotations.ContainerdImageName}\":\"{JsonEncodedText.Encode(reference)}\"");
            foreach (ReadOnlyMemory<byte> piece in pieces)
            {
                if (LineWith(piece.Span, word) is { } line) { found.Add(JsonSerializer.Deserialize(piece.Span[line], OciJson.Default.Descriptor)!.Digest); } // a line is a descriptor, never null
            }
        }
    }

    /// <summary>Puts other lines in the place of all those of these images.</summary>
    public void Exchange(IEnumerable<Digest> manifests, IEnumerable<Descriptor> images)
    {
        foreach (Digest manifest in manifests) { Remove(Encoding.UTF8.GetBytes($"\"digest\":\"{manifest}\"")); }

        Add(images);
    }

    /// <summary>The file, in parts.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Write()
    {
        byte[] separator = Separator.ToArray();
        List<ReadOnlyMemory<byte>> file = [_head];
        for (int i = 0; i < pieces.Count; i++)
        {
            if (i > 0) { file.Add(separator); }

            file.Add(pieces[i]);
        }

        file.Add(pieces.Count > 0 ? _end : _end.AsMemory(1));
        return file;
    }

    private void Add(IEnumerable<Descriptor> images)
    {
        foreach (Descriptor image in images) { pieces.Add(JsonSerializer.SerializeToUtf8Bytes(image, OciJson.Default.Descriptor)); }
    }

    private void Remove(byte[] word)
    {
        for (int i = 0; i < pieces.Count;)
        {
            ReadOnlyMemory<byte> piece = pieces[i];
            if (LineWith(piece.Span, word) is not { } line)
            {
                i++;
                continue;
            }

            (int start, int length) = line.GetOffsetAndLength(piece.Length);
            pieces.RemoveAt(i);
            if (start + length < piece.Length) { pieces.Insert(i, piece[(start + length + Separator.Length)..]); }

            if (start > 0) { pieces.Insert(i++, piece[..(start - Separator.Length)]); } // the word is not in there
        }
    }

    /// <summary>The first line in which a word stands.</summary>
    private static Range? LineWith(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> word)
    {
        int at = piece.IndexOf(word);
        if (at < 0) { return null; }

        int end = piece[at..].IndexOf(Separator);
        return (piece[..at].LastIndexOf(NewLine) + 1)..(end < 0 ? piece.Length : at + end);
    }
}
