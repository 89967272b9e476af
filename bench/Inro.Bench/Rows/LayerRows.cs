using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>T1 to T8: what is done with a layer's bytes, in this process, beside the programs that do one of these things each.</summary>
/// <param name="Id">Its name.</param>
/// <param name="What">What is measured.</param>
/// <param name="Bound">Of the throughput of the best peer.</param>
/// <param name="Work">What we do with the files.</param>
/// <param name="Peers">Their commands by name; those behind a bar are shown beside and not counted: they use more processors than we do.</param>
internal sealed record LayerRow(string Id, string What, double Bound, Action<LayerFiles> Work, Func<LayerFiles, (string Name, string Command)[]> Peers) : IRow
{
    private const int Rounds = 5;

    public RowResult Measure(Surroundings here)
    {
        var files = new LayerFiles(here);
        double megabytes = new FileInfo(files.Plain).Length / 1e6;
        using var ours = new InProcessLane(() => Work(files));
        (string Name, string Command)[] peers = Peers(files);
        Contestant[] contestants =
        [
            new("inro", ours, Command.Of("in-process")),
            .. peers.Select(p => new Contestant(p.Name.TrimStart('|'), here.Local, new Command(["/bin/sh", "-c", p.Command], 120))),
        ];
        var remove = new Command(["rm", "-rf", "--one-file-system", files.Tree], 60);
        contestants = [.. contestants.Select(c => c with { Read = sample => megabytes / (sample.Milliseconds / 1000), Before = null, After = remove, Lane = c.Lane == ours ? new Cleaning(ours, here.Local, remove) : c.Lane })];
        return RowResult.AtLeastOfBest("MB/s", Bound, Race.Run(contestants, Rounds, 1, TimeSpan.FromSeconds(90)), peers.Count(static p => p.Name[0] != '|'));
    }

    /// <summary>Our work, and the commands around it in the usual lane.</summary>
    private sealed class Cleaning(ILane work, ILane commands, Command after) : ILane
    {
        public Sample Run(Command command) => ReferenceEquals(command, after) ? commands.Run(command) : work.Run(command);

        public void Start(Command command) => work.Start(command);

        public void Dispose()
        {
        }
    }
}

/// <summary>All of them. Throughput is counted in plain bytes.</summary>
internal static class LayerRows
{
    public static IReadOnlyList<IRow> All { get; } =
    [
        new LayerRow("T1", "tar: every entry and all content read", 0.8, static f => LayerWork.ReadTar(f.Plain), static f => [("GNU tar -t", $"cat {f.Plain} | tar -tf - >{f.Null}")]),
        new LayerRow("T2", "tar: unpacked into files", 0.8, static f => LayerWork.Apply(f.Plain, f.Tree), static f => [("GNU tar -x", $"mkdir {f.Tree} && tar -xf {f.Plain} -C {f.Tree}")]),
        new LayerRow("T3", "SHA-256", 0.8, static f => LayerWork.Hash(f.Plain), static f => [("openssl dgst", $"openssl dgst -sha256 {f.Plain} >{f.Null}"), ("sha256sum", $"sha256sum {f.Plain} >{f.Null}")]),
        new LayerRow("T4", "gzip: decompressed", 0.8, static f => LayerWork.Decompress(f.Gzip), static f => [("gzip -d", $"gzip -dc {f.Gzip} >{f.Null}"), ("pigz -d", $"pigz -dc {f.Gzip} >{f.Null}")]),
        new LayerRow("T5", "zstd: decompressed", 0.8, static f => LayerWork.Decompress(f.Zstd), static f => [("zstd -d", $"zstd -qdc {f.Zstd} >{f.Null}")]),
        new LayerRow("T6", "gzip: compressed, level 6", 0.8, static f => LayerWork.Compress(f.Plain, Images.Layers.Compression.Gzip), static f => [("gzip", $"gzip -6c {f.Plain} >{f.Null}"), ("pigz -p 1", $"pigz -p1 -6c {f.Plain} >{f.Null}"), ("|pigz", $"pigz -6c {f.Plain} >{f.Null}")]),
        new LayerRow("T7", "zstd: compressed, level 3", 0.8, static f => LayerWork.Compress(f.Plain, Images.Layers.Compression.Zstd), static f => [("zstd --single-thread", $"zstd -q3c --single-thread {f.Plain} >{f.Null}"), ("|zstd", $"zstd -q3c {f.Plain} >{f.Null}")]),
        new LayerRow("T8", "a gzip layer: digest, decompressed, diff id, files, in one pass", 1.0, static f => LayerWork.Unpack(f), static f =>
        [
            ("openssl, pigz, GNU tar", $"mkdir {f.Tree} && openssl dgst -sha256 {f.Gzip} >{f.Null} && pigz -dc {f.Gzip} | openssl dgst -sha256 >{f.Null} && pigz -dc {f.Gzip} | tar -xf - -C {f.Tree}"),
            ("|pigz, GNU tar, no digest", $"mkdir {f.Tree} && pigz -dc {f.Gzip} | tar -xf - -C {f.Tree}"),
        ]),
    ];
}
