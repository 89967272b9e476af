using Inro.Cli.Arguments;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

/// <summary>Ports to publish.</summary>
public sealed class PublishArgumentTests
{
    [Theory]
    [InlineData("80")]
    [InlineData("8080:80")]
    [InlineData("8080:80/udp")]
    [InlineData("127.0.0.1:8080:80")]
    [InlineData("127.0.0.1::80")]
    [InlineData("[::1]:8080:80/sctp")]
    [InlineData("8000-8010:9000-9010")]
    [InlineData("8000-8010:80")]
    public void Docker_s_forms_are_taken(string text) => Assert.Equal(text, PublishArgument.Check(text));

    [Fact]
    public void The_long_form_is_made_short() => Assert.Equal("8080:80/udp", PublishArgument.Check("published=8080,target=80,protocol=udp,mode=host"));

    [Theory]
    [InlineData("x")]
    [InlineData("70000:80")]
    [InlineData("80/icmp")]
    [InlineData("host:80:80")]
    [InlineData("8000-8001:9000-9005")]
    [InlineData("90-80")]
    [InlineData("published=1,aim=2")]
    public void What_is_no_port_is_refused(string text) => Assert.Throws<FormatException>(() => PublishArgument.Check(text));
}
