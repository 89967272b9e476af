using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Inro.Bench.Measuring;

namespace Inro.Bench.Setting;

/// <summary>A docker archive whose layers hold many small and some large files, half of whose bytes compress. The same bytes on every machine.</summary>
internal static class LargeImage
{
    private const int Layers = 10;
    private const int LargeFilesPerLayer = 4;
    private const int LargeFileBytes = 10 << 20;
    private const int SmallFilesPerLayer = 800;
    private const int SmallFileBytes = 12 << 10;

    /// <summary>Makes the archive once.</summary>
    /// <returns>Its path, the same in both lanes.</returns>
    public static string Make(Surroundings here, string reference)
    {
        string archive = Path.Combine(here.Work, "large.tar");
        if (File.Exists(archive)) { return archive; }

        string directory = Path.Combine(here.Work, "large");
        string blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        List<string> diffIds = [];
        List<string> names = [];
        for (int layer = 0; layer < Layers; layer++)
        {
            using MemoryStream tar = Layer(layer);
            diffIds.Add("sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar)));
            tar.Position = 0;
            using var zipped = new MemoryStream();
            using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) { tar.CopyTo(gzip); }

            names.Add(Blob(blobs, zipped.ToArray()));
        }

        string config = Blob(blobs, Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[{{{Quoted(diffIds)}}}]}}"""));
        File.WriteAllText(Path.Combine(directory, "manifest.json"), $$"""[{"Config":"{{config}}","RepoTags":["{{reference}}"],"Layers":[{{Quoted(names)}}]}]""");
        Sample packed = here.Local.Run(new Command(["tar", "-C", directory, "-cf", archive, "manifest.json", "blobs"], 120));
        Directory.Delete(directory, recursive: true);
        return packed.Problem is null ? archive : throw new InvalidOperationException($"tar: {packed.Problem}");
    }

    /// <summary>Makes one plain layer with the files of some of the image's, once.</summary>
    /// <returns>Its path.</returns>
    public static string MakeLayer(Surroundings here, int layers)
    {
        string path = Path.Combine(here.Work, $"layer{layers}.tar");
        if (File.Exists(path)) { return path; }

        using (FileStream file = File.Create(path + ".new"))
        using (var writer = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true))
        {
            for (int layer = 0; layer < layers; layer++) { AddFiles(writer, layer); }
        }

        File.Move(path + ".new", path);
        return path;
    }

    private static MemoryStream Layer(int layer)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true)) { AddFiles(writer, layer); }

        stream.Position = 0;
        return stream;
    }

    private static void AddFiles(TarWriter writer, int layer)
    {
        var random = new Random(layer);
        for (int i = 0; i < LargeFilesPerLayer; i++) { Add(writer, $"layer{layer}/large{i}", Content(random, LargeFileBytes)); }

        for (int i = 0; i < SmallFilesPerLayer; i++) { Add(writer, $"layer{layer}/small/{i % 20}/{i}", Content(random, SmallFileBytes)); }
    }

    private static void Add(TarWriter writer, string name, byte[] content)
    {
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(content),
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        };
        writer.WriteEntry(entry);
    }

    // Hexadecimal digits of random bytes: a compressor halves them, as it does programs and documents.
    private static byte[] Content(Random random, int length)
    {
        byte[] bytes = new byte[length / 2];
        random.NextBytes(bytes);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
    }

    private static string Blob(string blobs, byte[] bytes)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(blobs, name), bytes);
        return "blobs/sha256/" + name;
    }

    private static string Quoted(IEnumerable<string> values) => string.Join(',', values.Select(v => $"\"{v}\""));
}
