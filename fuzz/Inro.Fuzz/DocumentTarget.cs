using System.Text.Json;
using Inro.Spec.Image;

namespace Inro.Fuzz;

/// <summary>Documents of images: each is read, or refused with <see cref="FormatException"/>; what is read and written again means the same.</summary>
internal static class DocumentTarget
{
    /// <summary>An index or a manifest.</summary>
    public static bool AcceptsManifest(byte[] document)
    {
        _ = OciDocument.MediaTypeOf(document);
        _ = OciDocument.SubjectOf(document);
        bool isManifest = Accepts(() =>
        {
            byte[] once = OciDocument.Write(OciDocument.ReadManifest(document));
            RequireSame(once, OciDocument.Write(OciDocument.ReadManifest(once)));
        });
        bool isIndex = Accepts(() =>
        {
            byte[] once = OciDocument.Write(OciDocument.ReadIndex(document));
            RequireSame(once, OciDocument.Write(OciDocument.ReadIndex(once)));
        });
        return isManifest || isIndex;
    }

    /// <summary>An image's config, or the list of a docker archive in the field <c>archive</c>.</summary>
    public static bool AcceptsImage(byte[] document) =>
        Accepts(() => _ = OciDocument.ReadConfig(document)) | Accepts(() => _ = OciDocument.ReadArchiveManifest(ArchiveOf(document)));

    private static byte[] ArchiveOf(byte[] document)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(document);
            bool hasList = parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty("archive", out _);
            return hasList ? System.Text.Encoding.UTF8.GetBytes(parsed.RootElement.GetProperty("archive").GetRawText()) : document;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) { return document; }
    }

    private static bool Accepts(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (FormatException refused) { return refused.Message.Length > 0 ? false : throw new InvalidOperationException("refused without a reason", refused); }
    }

    private static void RequireSame(byte[] once, byte[] twice)
    {
        if (!once.AsSpan().SequenceEqual(twice)) { throw new InvalidOperationException("written again it is another document"); }
    }
}
