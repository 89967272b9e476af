using System.Text;
using Inro.Runtime.Resources;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>Digests that b2sum -l 256 prints.</summary>
public sealed class Blake2bTests
{
    [Theory]
    [InlineData("", 1, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")]
    [InlineData("abc", 1, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")]
    [InlineData("a", 128, "ae2aa48507885c4c950fb809b2076f959cde9f8ea6da260d9a3587df33dac450")]
    [InlineData("a", 129, "2f64744a6de0d2c0b56e64cf6e29a5aaa255010d415d51c75ccc82f73dccd865")]
    [InlineData("0123456789", 1000, "788c991832e20337d48d6e0f7c74289f10573e847ea540e0c65887b44acb3590")]
    public void Digest_is_that_of_the_standard(string text, int times, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));
        var whole = new Blake2b256();
        whole.Add(bytes);
        var parts = new Blake2b256();
        for (int at = 0; at < bytes.Length; at += 37) { parts.Add(bytes.AsSpan(at, Math.Min(37, bytes.Length - at))); }

        Assert.Equal(expected, Convert.ToHexStringLower(whole.Finish()));
        Assert.Equal(expected, Convert.ToHexStringLower(parts.Finish()));
    }
}
