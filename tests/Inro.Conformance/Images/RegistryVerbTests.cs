using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro registry</c>: what a registry holds, from a real one and from one that means ill.</summary>
public sealed class RegistryVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo;

    [KernelFact(Usual)]
    public void Repositories_and_tags_are_listed_over_all_pages()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "team/app:1");
        PutTags(registry, "team/app", 130);
        for (int i = 0; i < 3; i++) { registry.Put(TestImages.BusyboxImage(), $"other{i}/box:1"); }

        using Instance inro = Instance.Empty();

        Assert.Equal("other0/box\nother1/box\nother2/box\nteam/app\n", inro.Ok("registry", "ls", registry.Host));
        Assert.Equal("other0/box\n", inro.Ok("registry", "ls", "--limit", "1", registry.Host));
        Assert.Equal(131, Lines(inro.Ok("registry", "tags", registry.Host + "/team/app")).Length);
        Assert.Equal("t-12\n", inro.Ok("registry", "tags", "--filter", "tag=t-12", registry.Host + "/team/app"));
        Assert.Equal($"NAME                       TAG\n{registry.Host}/team/app   t-12\n".Replace(" ", "", StringComparison.Ordinal), inro.Ok("registry", "tags", "--filter", "tag=t-12", "--format", "table", registry.Host + "/team/app").Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal($"{{\"Name\":\"{registry.Host}/team/app\",\"Tag\":\"1\"}}\n", inro.Ok("registry", "tags", "--filter", "tag=1", "--format", "json", registry.Host + "/team/app"));
        Assert.Contains("neither tag nor digest", inro.Run("registry", "tags", registry.Host + "/team/app:1").Error, StringComparison.Ordinal);
        Assert.Equal(1, inro.Run("registry", "tags", registry.Host + "/nosuch").ExitCode);
    }

    [KernelFact(Usual)]
    public void What_a_hostile_registry_calls_its_tags_does_nothing_to_the_terminal()
    {
        using var listener = new HttpListener();
        string host = $"127.0.0.1:{FreePort()}";
        listener.Prefixes.Add($"http://{host}/");
        listener.Start();
        new Thread(() => Serve(listener)) { IsBackground = true }.Start(); // not waited for: a listener that is stopped just before it is asked for the next request never answers
        using Instance inro = Instance.Empty();

        ToolResult tags = inro.Run("registry", "tags", host + "/app");
        ToolResult repositories = inro.Run("registry", "ls", host);
        ToolResult pull = inro.Run("pull", "--all-tags", host + "/app");
        listener.Close();

        Assert.Equal((0, "good\n"), (tags.ExitCode, tags.Output));
        Assert.Contains("2 entries that cannot be names are left out", tags.Error, StringComparison.Ordinal);
        Assert.Equal((0, "app\n"), (repositories.ExitCode, repositories.Output));
        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("?[2J", pull.Error, StringComparison.Ordinal);
        Assert.All((string[])[tags.Output + tags.Error, repositories.Output + repositories.Error, pull.Output + pull.Error], static text => Assert.DoesNotContain('\u001b', text));
    }

    [KernelFact(Usual)]
    public void What_refers_to_an_image_is_copied_along_and_listed()
    {
        using var registry = new TestRegistry(); // knows no call for referrers: the tag in its place is kept by the client
        using Instance inro = Instance.Empty();
        string layout = inro.Beside("multi");
        Digest index = TestIndex.Write(layout, withSignature: true);
        string name = registry.Host + "/app:1";

        string copied = inro.Ok("image", "copy", "--all", "--referrers", $"oci:{layout}:multi", "docker://" + name);
        string[] listed = Lines(inro.Ok("registry", "referrers", name));
        string other = inro.Ok("registry", "referrers", "--artifact-type", "application/vnd.test.other", "--format", "{{.Digest}}", name);
        inro.Ok("image", "copy", "-q", "--all", "--referrers", "docker://" + name, $"oci:{inro.Beside("back")}:b");
        inro.Ok("image", "copy", "-q", "--all", "--referrers", $"oci:{inro.Beside("back")}:b", $"docker://{registry.Host}/back:1");
        ToolResult nowhere = inro.Run("image", "copy", "-q", "--all", "--referrers", "docker://" + name, "dir:" + inro.Beside("dir"));

        Assert.Contains("Referrers: 1\n", copied, StringComparison.Ordinal);
        Assert.StartsWith("ARTIFACT TYPE", listed[0], StringComparison.Ordinal);
        Assert.StartsWith("application/vnd.test.signature   sha256:", Assert.Single(listed[1..]), StringComparison.Ordinal);
        Assert.Equal("", other);
        Assert.Equal(listed, Lines(inro.Ok("registry", "referrers", $"{registry.Host}/back@{index}")));
        Assert.Contains("no place for what refers to an image", nowhere.Error, StringComparison.Ordinal);
        Assert.Equal(["1", $"sha256-{index.Hex}"], Lines(inro.Ok("registry", "tags", registry.Host + "/app")).Order(StringComparer.Ordinal));
    }

    private static void Serve(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext context = listener.GetContext();
                string body = context.Request.Url!.AbsolutePath.EndsWith("_catalog", StringComparison.Ordinal)
                    ? """{"repositories":["app","\u001b]0;x\u0007","../up"]}"""
                    : """{"tags":["good","\u001b[2Jbad","-x"]}""";
                context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or InvalidOperationException)
            {
                // stopped
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void PutTags(TestRegistry registry, string repository, int count)
    {
        using var client = new HttpClient();
        byte[] manifest = Tool.Run("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/{repository}:1"], TimeSpan.FromSeconds(60)).Ok().OutputBytes;
        for (int i = 0; i < count; i++)
        {
            using var content = new ByteArrayContent(manifest);
            content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.OciManifest);
            using var put = new HttpRequestMessage(HttpMethod.Put, $"http://{registry.Host}/v2/{repository}/manifests/t-{i}") { Content = content };
            using HttpResponseMessage answer = client.Send(put);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
