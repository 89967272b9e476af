using System.Net;
using System.Text;
using Inro.Images.Registry;
using Inro.Spec;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Tests.Images.Registry;

/// <summary>Lists of registries: what they hold, and what refers to what.</summary>
public sealed class RegistryListsTests
{
    private static readonly Digest Subject = Digest.Sha256("subject"u8);

    [Fact]
    public void Pages_are_followed_by_their_links()
    {
        using var server = new AnsweringServer(static (request, response) =>
        {
            string last = request.QueryString["last"] ?? "";
            if (last != "d") { response.AddHeader("Link", $"</v2/app/tags/list?n=2&last={(last.Length == 0 ? "b" : "d")}>; rel=\"next\""); }

            Write(response, last switch { "" => """{"name":"app","tags":["a","b"]}""", "b" => """{"tags":["c",null,"d"]}""", _ => """{"tags":null}""" });
        });
        using RegistryClient client = Client(server);

        Assert.Equal(["a", "b", "c", "d"], client.ListTags("app", CancellationToken.None));
        Assert.Equal(3, server.Requests.Count(static r => r.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_page_that_leads_to_itself_ends_the_list_with_a_reason()
    {
        using var server = new AnsweringServer(static (_, response) =>
        {
            response.AddHeader("Link", "</v2/_catalog?last=a>; rel=\"next\"");
            Write(response, """{"repositories":["a"]}""");
        });
        using RegistryClient client = Client(server);

        RegistryException endless = Assert.Throws<RegistryException>(() => client.ListRepositories(CancellationToken.None).ToArray());

        Assert.Contains("leads to itself", endless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_another_server_is_asked_for_at_this_one()
    {
        using var server = new AnsweringServer(static (request, response) =>
        {
            if (request.QueryString["last"] is null) { response.AddHeader("Link", "<http://elsewhere.invalid/v2/app/tags/list?last=a>; rel=\"next\""); }

            Write(response, """{"tags":["a"]}""");
        });
        using RegistryClient client = Client(server);

        Assert.Equal(["a", "a"], client.ListTags("app", CancellationToken.None));
    }

    [Fact]
    public void A_registry_with_the_call_is_asked_for_referrers_page_by_page()
    {
        using var server = new AnsweringServer((request, response) =>
        {
            bool isFirst = request.QueryString["last"] is null;
            if (isFirst) { response.AddHeader("Link", $"</v2/app/referrers/{Subject}?last=1>; rel=\"next\""); }

            Write(response, Encoding.UTF8.GetString(OciDocument.Write(Index(isFirst ? "one" : "two"))));
        });
        using RegistryClient client = Client(server);

        Assert.Equal([Digest.Sha256("one"u8), Digest.Sha256("two"u8)], client.ListReferrers("app", Subject, CancellationToken.None).Select(static d => d.Digest));
    }

    [Fact]
    public void What_cannot_be_read_as_a_list_of_referrers_is_said_to_be_that()
    {
        using var server = new AnsweringServer(static (_, response) => Write(response, "<html>"));
        using RegistryClient client = Client(server);

        RegistryException wrong = Assert.Throws<RegistryException>(() => client.ListReferrers("app", Subject, CancellationToken.None));

        Assert.Equal(RegistryFailure.BadAnswer, wrong.Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_where_the_registry_takes_no_note_of_the_subject_the_client_keeps_the_list(bool takesNote)
    {
        Dictionary<string, byte[]> documents = new(StringComparer.Ordinal);
        using var server = new AnsweringServer((request, response) => Keep(documents, request, response, takesNote));
        using RegistryClient client = Client(server);
        byte[] one = Signature("one");
        byte[] two = Signature("two");

        foreach (byte[] document in (byte[][])[one, two, one]) { client.PutDocument("app", Digest.Sha256(document).ToString(), document, MediaTypes.OciManifest, CancellationToken.None); }

        string tag = $"/v2/app/manifests/sha256-{Subject.Hex}";
        Assert.Equal(!takesNote, documents.ContainsKey(tag));
        if (takesNote) { return; }

        IReadOnlyList<Descriptor> found = client.ListReferrers("app", Subject, CancellationToken.None);
        Assert.Equal([Digest.Sha256(one), Digest.Sha256(two)], found.Select(static d => d.Digest));
        Assert.All(found, static d => Assert.Equal(("application/vnd.test.signature", "me"), (d.ArtifactType, d.Annotations!["by"])));
    }

    [Fact]
    public void The_tag_of_a_long_digest_is_cut()
    {
        using var server = new AnsweringServer(static (_, response) => response.StatusCode = 404);
        using RegistryClient client = Client(server);
        Digest longer = Digest.Of("sha512", "x"u8);

        Assert.Empty(client.ListReferrers("app", longer, CancellationToken.None));
        Assert.Contains($"GET /v2/app/manifests/sha512-{longer.Hex[..64]}", server.Requests);
    }

    [Fact]
    public void Requests_that_begin_side_by_side_all_find_out_that_there_is_no_TLS()
    {
        using var server = new AnsweringServer(static (_, response) => response.StatusCode = 200);
        for (int i = 0; i < 20; i++)
        {
            using RegistryClient client = Client(server);

            Parallel.For(0, 4, _ => Assert.True(client.HasBlob("app", Subject, CancellationToken.None)));
        }
    }

    private static RegistryClient Client(AnsweringServer server) =>
        new(RegistryHost.Of(server.Host), new RegistryOptions { FirstPause = TimeSpan.FromMilliseconds(1), Attempts = 2 });

    private static void Keep(Dictionary<string, byte[]> documents, HttpListenerRequest request, HttpListenerResponse response, bool takesNote)
    {
        string path = request.Url!.AbsolutePath;
        if (request.HttpMethod == "PUT")
        {
            using var body = new MemoryStream();
            request.InputStream.CopyTo(body);
            documents[path] = body.ToArray();
            if (takesNote) { response.AddHeader("OCI-Subject", Subject.ToString()); }

            response.StatusCode = 201;
        }
        else if (documents.TryGetValue(path, out byte[]? document)) { Write(response, Encoding.UTF8.GetString(document)); }
        else { response.StatusCode = 404; }
    }

    private static void Write(HttpListenerResponse response, string text) => response.OutputStream.Write(Encoding.UTF8.GetBytes(text));

    private static ImageIndex Index(string entry) => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.OciIndex,
        Manifests = [new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Sha256(Encoding.UTF8.GetBytes(entry)), Size = entry.Length }],
    };

    private static byte[] Signature(string name) => OciDocument.Write(new Manifest
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.OciManifest,
        ArtifactType = "application/vnd.test.signature",
        Config = new Descriptor { MediaType = "application/vnd.oci.empty.v1+json", Digest = Digest.Sha256("{}"u8), Size = 2 },
        Layers = [new Descriptor { MediaType = "application/vnd.test", Digest = Digest.Sha256(Encoding.UTF8.GetBytes(name)), Size = name.Length }],
        Subject = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Subject, Size = 7 },
        Annotations = new Dictionary<string, string> { ["by"] = "me" },
    });
}
