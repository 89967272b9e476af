using System.Diagnostics;
using System.Globalization;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>Layers with very many files, and files that are nearly nothing but holes: what is done with them takes little memory and an end.</summary>
public sealed class BigImageTests(ITestOutputHelper output)
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Time;
    private const double MostMegabytes = 100;
    private const int FilesOfDirectory = 1000;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    [KernelFact(Usual)]
    public void Ten_thousand_files_are_pulled_checked_saved_and_removed() => ManyFiles(10_000);

    [KernelFact(Usual, Explicit = true)]
    public void A_million_files_are_pulled_checked_saved_and_removed() => ManyFiles(1_000_000);

    [KernelFact(Usual)]
    public void A_gigabyte_of_holes_stays_holes_through_everything()
    {
        using var holes = new HolesOf(1, "--format=posix --sparse-version=1.0");

        GoThroughAll(holes);
    }

    [KernelFact(Usual, Explicit = true)]
    public void Twenty_gigabytes_of_holes_stay_holes_through_everything()
    {
        using var holes = new HolesOf(20, "--format=posix --sparse-version=1.0");

        GoThroughAll(holes);
    }

    [KernelTheory(Usual, Explicit = true)]
    [InlineData("--format=gnu")]
    [InlineData("--format=posix --sparse-version=0.0")]
    [InlineData("--format=posix --sparse-version=0.1")]
    public void Twenty_gigabytes_of_holes_are_read_in_every_form(string format)
    {
        using var holes = new HolesOf(20, format);

        GoThroughStored(holes);
    }

    private void ManyFiles(int count)
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        string tar = inro.Beside("layer.tar");
        using (FileStream file = File.Create(tar)) { WriteFiles(file, count); }

        TestLayout.OfTar(inro.Beside("layout"), tar);
        string name = registry.Host + "/many:1";
        Measure(inro, "image", "copy", "-q", $"oci:{inro.Beside("layout")}:image", "docker://" + name);
        Measure(inro, "pull", "-q", name);
        Measure(inro, "system", "check");
        Measure(inro, "save", "-o", inro.Beside("saved.tar"), name);
        Measure(inro, "image", "unpack", name, inro.Beside("bundle"));
        Measure(inro, "rmi", name);

        string[] made = Directory.GetDirectories(inro.Beside("bundle") + "/rootfs");
        Assert.Equal(count, made.Sum(static d => Directory.EnumerateFiles(d).Count()));
        Assert.Empty(inro.Leavings(layers: 0));
        Assert.True(new FileInfo(inro.Beside("saved.tar")).Length > count * 512L);
    }

    /// <summary>All that leaves the layer as it came.</summary>
    private void GoThroughStored(HolesOf holes)
    {
        Measure(holes.Inro, "image", "copy", "-q", $"oci:{holes.Layout}:image", "inro:sparse:1");
        Measure(holes.Inro, "save", "-o", holes.Inro.Beside("saved.tar"), "sparse:1");
        Measure(holes.Inro, "image", "unpack", "sparse:1", holes.Inro.Beside("bundle"));
        Measure(holes.Inro, "system", "check");

        holes.AssertIn(holes.Inro.Beside("bundle") + "/rootfs");
        holes.AssertSmall();
    }

    /// <summary>The same, and what writes the layer anew.</summary>
    private void GoThroughAll(HolesOf holes)
    {
        GoThroughStored(holes);
        Measure(holes.Inro, "image", "flatten", "sparse:1", "flat:1");
        Measure(holes.Inro, "image", "unpack", "flat:1", holes.Inro.Beside("again"));

        holes.AssertIn(holes.Inro.Beside("again") + "/rootfs");
        holes.AssertSmall();
    }

    /// <summary>A file of each name's number; a directory for each thousand.</summary>
    private static void WriteFiles(FileStream file, int count)
    {
        for (int directory = 0; directory < count / FilesOfDirectory; directory++)
        {
            var tar = new TarWriter().Directory($"d{directory:d4}");
            for (int i = 0; i < FilesOfDirectory; i++) { tar.File($"d{directory:d4}/f{i:d4}", i % 10 == 0 ? $"{directory} {i}" : ""); }

            byte[] bytes = tar.ToArray();
            file.Write(bytes.AsSpan(0, bytes.Length - 1024));
        }

        file.Write(new byte[1024]);
    }

    /// <summary>Runs a verb, and holds its peak memory to the bound.</summary>
    private void Measure(Instance inro, params string[] arguments)
    {
        long begin = Stopwatch.GetTimestamp();
        Tool.Run("time", ["-f", "%M", "-o", inro.Beside("peak"), InroProcess.Binary, "--root", inro.Root, .. arguments], Deadline).Ok();
        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        double megabytes = double.Parse(File.ReadAllText(inro.Beside("peak")), CultureInfo.InvariantCulture) / 1024;
        output.WriteLine($"{string.Join(' ', arguments.Take(2)),-16} {took.TotalSeconds,7:0.0} s {megabytes,6:0} MB");
        Assert.True(megabytes < MostMegabytes, $"{string.Join(' ', arguments)}: {megabytes:0} MB");
    }

    /// <summary>A file of five bits of data and holes between, as GNU tar packs it.</summary>
    private sealed class HolesOf : IDisposable
    {
        private const int Pieces = 5;
        private const long MostOnDisk = 256 << 20;

        private readonly long size;
        private readonly string expected;

        public HolesOf(int gigabytes, string format)
        {
            size = (long)gigabytes << 30;
            string tree = Directory.CreateDirectory(Inro.Beside("tree")).FullName;
            using (FileStream file = File.Create(tree + "/sparse"))
            {
                for (int i = 0; i < Pieces; i++)
                {
                    file.Position = (size / Pieces * i) + 12_345;
                    file.Write([1, 2, 3, (byte)i]);
                }

                file.SetLength(size);
            }

            expected = Sums(tree);
            Tool.Run("tar", ["-S", .. format.Split(' '), "-cf", Inro.Beside("layer.tar"), "-C", tree, "sparse"], Deadline).Ok();
            TestLayout.OfTar(Layout, Inro.Beside("layer.tar"));
        }

        public Instance Inro { get; } = Instance.Empty();

        public string Layout => Inro.Beside("layout");

        public void AssertIn(string directory) => Assert.Equal(expected, Sums(directory));

        /// <summary>Everything that there is takes little of the disk.</summary>
        public void AssertSmall() =>
            Assert.InRange(Directory.GetFiles(Path.GetDirectoryName(Layout)!, "*", SearchOption.AllDirectories).Where(static f => new FileInfo(f).LinkTarget is null).Sum(OnDisk), 0, MostOnDisk);

        public void Dispose() => Inro.Dispose();

        /// <summary>Length, and a digest of the places around the data: reading all of it would take longer than what is tested.</summary>
        private string Sums(string directory)
        {
            using FileStream file = File.OpenRead(directory + "/sparse");
            var parts = new List<string> { file.Length.ToString(CultureInfo.InvariantCulture) };
            byte[] buffer = new byte[1 << 20];
            for (int i = 0; i < Pieces; i++)
            {
                file.Position = size / Pieces * i;
                file.ReadExactly(buffer);
                parts.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(buffer)));
            }

            return string.Join('\n', parts);
        }

        private static long OnDisk(string file) =>
            long.Parse(Tool.Run("stat", ["-c", "%b", file], TimeSpan.FromSeconds(10)).Ok().Output, CultureInfo.InvariantCulture) * 512;
    }
}
