using Inro.Spec;
using Xunit;

namespace Inro.Tests.Spec;

public sealed class DigestTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Digest_of_nothing_is_the_known_one() => Assert.Equal("sha256:" + Hex, Digest.Sha256([]).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData(Hex)]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha512:" + Hex)]
    [InlineData("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("sha256:" + Hex + "0")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../../etc")]
    [InlineData(" sha256:" + Hex)]
    public void Anything_but_the_canonical_spelling_is_refused(string text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void Chain_of_one_layer_is_its_diff_id_and_grows_from_there()
    {
        Digest a = Digest.Sha256("a"u8);
        Digest b = Digest.Sha256("b"u8);

        IReadOnlyList<Digest> chain = ChainId.All([a, b]);

        Assert.Equal([a, Digest.Sha256(System.Text.Encoding.ASCII.GetBytes($"{a} {b}"))], chain);
    }
}
