using System.Text;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Spec;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2023-11-14T22:13:20Z", 1_700_000_000_000_000_000)]
    [InlineData("2023-11-14T22:13:20.5Z", 1_700_000_000_500_000_000)]
    [InlineData("2023-11-14T22:13:20.000000006Z", 1_700_000_000_000_000_006)]
    public void Times_with_fewer_digits_are_read_too(string text, long nanoseconds)
    {
        Assert.True(Rfc3339.TryParse(Encoding.ASCII.GetBytes(text), out long parsed));
        Assert.Equal(nanoseconds, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2023-13-14T22:13:20Z")]
    [InlineData("2023-02-30T22:13:20Z")]
    [InlineData("2023-11-14T22:13:20.Z")]
    [InlineData("2023-11-14T22:13:20.0000000001Z")]
    [InlineData("2023-11-14T22:13:20+01:00")]
    public void What_is_no_time_is_refused(string text) => Assert.False(Rfc3339.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData(0L, "0001-01-01T00:00:00Z")]
    [InlineData(1_700_000_000_000_000_000L, "2023-11-14T22:13:20Z")]
    [InlineData(1_700_000_000_120_000_000L, "2023-11-14T22:13:20.12Z")]
    [InlineData(1_700_000_000_000_000_100L, "2023-11-14T22:13:20.0000001Z")]
    public void Times_are_written_as_Go_writes_them(long nanoseconds, string expected) => Assert.Equal(expected, Rfc3339.FormatShort(nanoseconds));

    [Fact]
    public void Seconds_are_cut_and_not_rounded() => Assert.Equal("2023-11-14T22:13:20Z", Rfc3339.FormatSeconds(1_700_000_000_999_999_999L));

    [Theory]
    [InlineData(1L)]
    [InlineData(1_700_000_000_123_456_789L)]
    [InlineData(-1L)]
    [InlineData(9_000_000_000_000_000_000L)]
    public void What_is_written_is_read_again(long nanoseconds)
    {
        Assert.True(Rfc3339.TryParse(Rfc3339.Format(nanoseconds), out long parsed));
        Assert.Equal(nanoseconds, parsed);
    }

    [Fact]
    public void Nothing_is_no_time() => Assert.False(Rfc3339.TryParse(null as string, out _));
}
