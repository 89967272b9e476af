using System.Net;
using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro import</c>: images out of tars of root file systems.</summary>
public sealed class ImportVerbTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [KernelTheory(Instance.Usual | Needs.Zstd)]
    [InlineData("file")]
    [InlineData("stdin")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void A_tar_becomes_an_image_that_runs(string form)
    {
        using Instance inro = Instance.Empty();
        byte[] tar = TestImage.Pack(TestImages.BusyboxLayer().ToArray(), form switch { "gzip" => LayerPacking.Gzip, "zstd" => LayerPacking.Zstd, _ => LayerPacking.None });
        string file = inro.Beside("rootfs.tar");
        File.WriteAllBytes(file, tar);
        string[] arguments = ["import", "-c", "ENV GREETING=hello", "--change", "CMD echo $GREETING", "-m", "by hand", form == "stdin" ? "-" : file, "made:1"];

        ToolResult imported = InroProcess.Run(["--root", inro.Root, .. arguments], form == "stdin" ? tar : null, Deadline);

        Assert.Matches("^sha256:[0-9a-f]{64}\n$", imported.Ok().Output);
        Assert.Equal(imported.Output, inro.Ok("images", "-q", "--no-trunc", "made:1"));
        Assert.Equal("hello\n", inro.Ok("run", "--rm", "--network", "none", "made:1"));
        Assert.Equal("by hand\n", inro.Ok("history", "--format", "{{.Comment}}", "made:1"));
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void Without_a_name_it_is_an_image_without_one_for_the_platform_that_is_said()
    {
        using Instance inro = Instance.Empty();
        string file = inro.Beside("rootfs.tar");
        File.WriteAllBytes(file, new TarWriter().File("a", "b").ToArray());

        string id = inro.Ok("image", "import", "--platform", "linux/arm/v7", file).Trim();

        using JsonDocument inspected = JsonDocument.Parse(inro.Ok("inspect", id));
        JsonElement image = inspected.RootElement[0];
        Assert.Equal(("arm", "v7", "linux"), (image.GetProperty("Architecture").GetString(), image.GetProperty("Variant").GetString(), image.GetProperty("Os").GetString()));
        Assert.Equal($"Imported from {file}", image.GetProperty("Comment").GetString());
        Assert.Equal("<none>:<none>\n", inro.Ok("images", "--format", "{{.Repository}}:{{.Tag}}"));
    }

    [KernelFact(Instance.Usual)]
    public void It_is_fetched_from_an_address()
    {
        using Instance inro = Instance.Empty();
        byte[] tar = new TarWriter().File("a", "b").ToArray();
        using var server = new HttpListener();
        string address = Listen(server);
        Task<bool> served = Task.Run(() =>
        {
            foreach (bool isThere in (bool[])[true, false])
            {
                HttpListenerContext asked = server.GetContext();
                asked.Response.StatusCode = isThere ? 200 : 404;
                if (isThere) { asked.Response.OutputStream.Write(tar); }

                asked.Response.Close();
            }

            return true;
        });

        string id = inro.Ok("import", address + "rootfs.tar", "far:1").Trim();
        ToolResult missing = inro.Run("import", address + "nosuch.tar");

        Assert.Equal(id, inro.Ok("images", "-q", "--no-trunc").Trim());
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("the server answers 404", missing.Error, StringComparison.Ordinal);
        Assert.True(served.Wait(Deadline));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("text", "tar", "-")]
    [InlineData("xz", "it is compressed with xz; only gzip and zstd are supported", "-")]
    [InlineData("bzip2", "it is compressed with bzip2; only gzip and zstd are supported", "-")]
    [InlineData("nothing", "the input is empty", "-")]
    [InlineData("tar", "RUN is not a valid change command", "-c", "RUN x", "-")]
    [InlineData("tar", "lower case", "-", "X")]
    [InlineData("tar", "cannot import digest reference", "-", "a@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("tar", "nosuch.tar", "nosuch.tar")]
    public void What_is_no_image_is_refused_and_leaves_nothing(string input, string problem, params string[] arguments)
    {
        using Instance inro = Instance.Empty();
        byte[] bytes = input switch
        {
            "text" => [.. Enumerable.Repeat((byte)'x', 2000)],
            "xz" => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 0],
            "bzip2" => [(byte)'B', (byte)'Z', (byte)'h', (byte)'9', 0, 0, 0, 0],
            "nothing" => [],
            _ => new TarWriter().File("a", "b").ToArray(),
        };

        ToolResult refused = InroProcess.Run(["--root", inro.Root, "import", .. arguments], bytes, Deadline);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.Empty(Directory.Exists(inro.Root + "/blobs") ? Directory.GetFiles(inro.Root + "/blobs", "*", SearchOption.AllDirectories) : []);
        Assert.Empty(Directory.Exists(inro.Root + "/ingest") ? Directory.GetFiles(inro.Root + "/ingest") : []);
    }

    private static string Listen(HttpListener server)
    {
        for (int port = 21_000 + (Environment.ProcessId % 1000); ; port++)
        {
            string address = $"http://127.0.0.1:{port}/";
            server.Prefixes.Clear();
            server.Prefixes.Add(address);
            try
            {
                server.Start();
                return address;
            }
            catch (HttpListenerException) { /* the port is taken */ }
        }
    }
}
