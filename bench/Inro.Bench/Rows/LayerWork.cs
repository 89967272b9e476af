using System.Security.Cryptography;
using Inro.Bench.Measuring;
using Inro.Bench.Setting;
using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Bench.Rows;

/// <summary>The files of T1 to T8: a layer of some 200 MB, half of whose bytes compress, made once.</summary>
internal sealed class LayerFiles
{
    private const int Layers = 4;

    public LayerFiles(Surroundings here)
    {
        Plain = LargeImage.MakeLayer(here, Layers);
        Gzip = Make(here, ".gz", "gzip -6c");
        Zstd = Make(here, ".zst", "zstd -q3c");
        Tree = Path.Combine(here.Work, "layer-tree");
        foreach (string file in (string[])[Plain, Gzip, Zstd]) { File.ReadAllBytes(file); } // into the page cache, for everybody
    }

    public string Plain { get; }

    public string Gzip { get; }

    public string Zstd { get; }

    /// <summary>A directory that is not there yet.</summary>
    public string Tree { get; }

    /// <summary>Where output goes.</summary>
    public string Null => "/dev/null";

    private string Make(Surroundings here, string suffix, string program)
    {
        string path = Plain + suffix;
        if (File.Exists(path)) { return path; }

        Sample made = here.Local.Run(new Command(["/bin/sh", "-c", $"{program} {Plain} >{path}.new && mv {path}.new {path}"], 120));
        return made.Problem is { } problem ? throw new InvalidOperationException($"{program}: {problem}") : path;
    }
}

/// <summary>What this program does with a layer, piece by piece, with the classes that a pull uses.</summary>
internal static class LayerWork
{
    private const int BufferBytes = 256 << 10;

    public static void ReadTar(string path)
    {
        using FileStream file = File.OpenRead(path);
        var reader = new TarReader(new StreamChunks(file));
        while (reader.Next() is not null)
        {
            while (reader.TryReadContent(out _, out _)) { }
        }
    }

    public static void Apply(string path, string tree)
    {
        Directory.CreateDirectory(tree);
        using DirFd root = DirFd.Open(tree);
        using FileStream file = File.OpenRead(path);
        using var ahead = new ReadAheadChunks(file);
        using var applier = new LayerApplier(root, LayerOptions.Privileged);
        var reader = new TarReader(ahead);
        while (reader.Next() is { } entry) { applier.Apply(entry, reader); }

        applier.Finish();
    }

    public static void Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var chunks = new ReadAheadChunks(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (ReadOnlyMemory<byte> chunk = chunks.Next(); !chunk.IsEmpty; chunk = chunks.Next()) { hash.AppendData(chunk.Span); }

        hash.GetHashAndReset();
    }

    public static void Decompress(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[Decompression.MagicBytes];
        file.ReadExactly(start);
        file.Position = 0;
        using Stream plain = Decompression.Open(file, Decompression.Detect(start));
        byte[] buffer = new byte[BufferBytes];
        while (plain.Read(buffer, 0, buffer.Length) > 0) { }
    }

    public static void Compress(string path, Compression compression)
    {
        using FileStream file = File.OpenRead(path);
        using Stream compressed = Decompression.OpenWrite(Stream.Null, compression, level: null);
        file.CopyTo(compressed, BufferBytes);
    }

    public static void Unpack(LayerFiles files)
    {
        Directory.CreateDirectory(files.Tree);
        using DirFd root = DirFd.Open(files.Tree);
        using FileStream stored = File.OpenRead(files.Gzip);
        (Digest Blob, Digest Plain) digests = DigestsOf(files);
        using var verified = new VerifyingStream(stored, digests.Blob, stored.Length);
        LayerUnpacker.Unpack(new LayerSource { Bytes = verified, Digest = digests.Blob, DiffId = digests.Plain }, root, LayerOptions.Privileged, CancellationToken.None);
        verified.Finish();
    }

    /// <summary>What a manifest and a config would say; found once, beside the time that counts.</summary>
    private static (Digest Blob, Digest Plain) DigestsOf(LayerFiles files)
    {
        string note = files.Gzip + ".digests";
        if (!File.Exists(note)) { File.WriteAllLines(note, [DigestOf(files.Gzip), DigestOf(files.Plain)]); }

        string[] lines = File.ReadAllLines(note);
        return (Digest.Parse(lines[0]), Digest.Parse(lines[1]));
    }

    private static string DigestOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Digest.FromHash("sha256", SHA256.HashData(file)).ToString();
    }
}
