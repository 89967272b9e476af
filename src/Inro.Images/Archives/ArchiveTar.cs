using System.Text;
using Inro.Images.Layers.Tar;

namespace Inro.Images.Archives;

/// <summary>Writes the tar of an image archive: plain files and directories without an owner and without a time, so that the same content is the same bytes.</summary>
/// <param name="output">Written front to back; owned by the caller.</param>
internal sealed class ArchiveTar(Stream output)
{
    private const uint FileMode = 0x1A4; // 0644
    private const uint DirectoryMode = 0x1ED; // 0755

    private readonly TarOutput tar = new(output);

    /// <summary>A directory.</summary>
    public void Directory(string path) => tar.Begin(Entry(TarEntryKind.Directory, path + "/", DirectoryMode, 0));

    /// <summary>A small file.</summary>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Begin(path, bytes.Length);
        output.Write(bytes);
        End(bytes.Length);
    }

    /// <summary>The header of a file whose bytes the caller writes.</summary>
    public void Begin(string path, long size) => tar.Begin(Entry(TarEntryKind.File, path, FileMode, size));

    /// <summary>What fills a file's last block.</summary>
    public void End(long size) => tar.End(size);

    /// <summary>The end of the archive.</summary>
    public void Finish() => tar.Finish();

    private static TarEntry Entry(TarEntryKind kind, string path, uint mode, long size) => new()
    {
        Kind = kind, Name = Encoding.UTF8.GetBytes(path), LinkName = [], Mode = mode, Size = size,
    };
}
