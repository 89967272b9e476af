using Inro.Linux;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.Tests.Runtime.Launch;

public sealed class LaunchFaultTests
{
    [Fact]
    public void A_fault_is_read_as_it_is_typed()
    {
        Assert.Equal(LaunchFault.Kill(14), LaunchFault.Parse("kill:14"));
        Assert.Equal(LaunchFault.Fail(3, Errno.ENOSPC), LaunchFault.Parse("fail:3:ENOSPC"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("kill")]
    [InlineData("kill:0")]
    [InlineData("kill:-1")]
    [InlineData("kill:1:EIO")]
    [InlineData("fail:1")]
    [InlineData("fail:1:EWHAT")]
    [InlineData("fail:1:None")]
    [InlineData("stop:1")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => LaunchFault.Parse(text));
}
