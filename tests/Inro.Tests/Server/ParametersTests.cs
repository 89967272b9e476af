using Inro.Engine;
using Inro.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Inro.Tests.Server;

public sealed class ParametersTests
{
    [Theory]
    [InlineData("a=1", true)]
    [InlineData("a=True", true)]
    [InlineData("a=yes", true)]
    [InlineData("a=", false)]
    [InlineData("a", false)]
    [InlineData("a=0", false)]
    [InlineData("a=False", false)]
    [InlineData("a=NONE", false)]
    [InlineData("a=no", false)]
    [InlineData("b=1", false)]
    public void A_flag_is_true_for_everything_but_a_few_words(string query, bool expected) => Assert.Equal(expected, Of(query).Flag("a"));

    [Theory]
    [InlineData("{\"label\":{\"a=b\":true}}")]
    [InlineData("{\"label\":[\"a=b\"]}")]
    public void Filters_come_in_two_forms(string filters) =>
        Assert.Equal([new KeyValuePair<string, string>("label", "a=b")], Of("filters=" + Uri.EscapeDataString(filters)).Filters());

    [Theory]
    [InlineData("rain")]
    [InlineData("[]")]
    [InlineData("{\"label\":3}")]
    [InlineData("{\"label\":[3]}")]
    public void Other_filters_are_refused(string filters) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EngineException>(() => Of("filters=" + Uri.EscapeDataString(filters)).Filters()).Code);

    [Fact]
    public void A_time_of_zero_is_none_and_fractions_of_seconds_count()
    {
        Assert.Null(Of("since=0").Time("since"));
        Assert.Equal(1_500_000_000L, Of("since=1.5").Time("since"));
        Assert.Throws<EngineException>(() => Of("since=rain").Time("since"));
    }

    [Fact]
    public void A_parameter_may_be_in_the_body()
    {
        var parameters = new Parameters(QueryCollection.Empty, new Dictionary<string, StringValues> { ["t"] = "5" });
        Assert.Equal(5, parameters.Number("t"));
    }

    [Theory]
    [InlineData("9999-12-31", long.MaxValue)]
    [InlineData("0001-01-01T00:00:00Z", long.MinValue)]
    public void A_time_beyond_all_others_stays_beyond_them(string text, long expected) => Assert.Equal(expected, Of("until=" + text).Time("until"));

    [Fact]
    public void A_zero_byte_is_in_no_parameter() =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EngineException>(() => Of("path=%2Fetc%00").Text("path")).Code);

    private static Parameters Of(string query) => new(new QueryCollection(QueryHelpers.ParseQuery(query)), new Dictionary<string, StringValues>());
}
