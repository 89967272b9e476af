using System.Text;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Tests.Spec;

public sealed class OciDocumentTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Descriptor = $$"""{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{Digest}}","size":2}""";

    [Fact]
    public void Manifest_with_unknown_fields_is_read()
    {
        Manifest manifest = OciDocument.ReadManifest(Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"x":{"y":[1]},"config":{{Descriptor}},"layers":[{{Descriptor}}]}"""));

        Assert.Equal(2, manifest.Layers[0].Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData($$"""{"schemaVersion":1,"config":{{Descriptor}},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":null,"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Descriptor}},"layers":null}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Descriptor}},"layers":[null]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Descriptor}},"layers":[],"layers":[]}""")] // two programs would read two things
    [InlineData($$"""{"schemaVersion":2,"config":{"mediaType":"a","digest":"{{Digest}}","size":-1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:x","size":1},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Descriptor}},"layers":[]} trailing""")]
    public void Other_documents_are_refused(string json) => Assert.Throws<FormatException>(() => OciDocument.ReadManifest(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Null_entrypoint_and_sets_of_a_config_are_read()
    {
        ImageConfig config = OciDocument.ReadConfig(Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","config":{"Entrypoint":null,"Cmd":["sh"],"ExposedPorts":{"80/tcp":{}},"Volumes":null,"Healthcheck":{"Test":["NONE"]}},
             "rootfs":{"type":"layers","diff_ids":["{{{Digest}}}"]},"history":[{"created_by":"x","empty_layer":true}]}
            """));

        Assert.Null(config.Config!.Entrypoint);
        Assert.Equal("80/tcp", Assert.Single(config.Config.ExposedPorts!).Key);
        Assert.True(config.History![0].EmptyLayer);
    }

    [Fact]
    public void Nesting_has_a_limit() => Assert.Throws<FormatException>(() => OciDocument.ReadManifest(Encoding.UTF8.GetBytes(new string('[', 10_000))));

    [Theory]
    [InlineData("{\"mediaType\":\"X\"}")]
    [InlineData("{\"X\":1}")]
    [InlineData("{\"subject\":{\"mediaType\":\"X\"}}")]
    public void Text_that_is_not_UTF_8_is_refused_as_malformed(string json)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(json);
        bytes[json.IndexOf('X', StringComparison.Ordinal)] = 0xED;

        Assert.Throws<FormatException>(() => OciDocument.ReadManifest(bytes));
        Assert.Throws<FormatException>(() => OciDocument.ReadConfig(bytes));
        Assert.Null(OciDocument.MediaTypeOf(bytes));
        Assert.Null(OciDocument.SubjectOf(bytes));
    }
}
