using Inro.Engine.Volumes;
using Xunit;

namespace Inro.Tests.Engine.Volumes;

public sealed class NetworkOptionsTests
{
    [Theory]
    [InlineData("nfs4", "rw", new[] { "vers=4.2", "vers=4.1" })]
    [InlineData("nfs4", "rw,nfsvers=4", new string[0])]
    [InlineData("nfs4", "minorversion=1", new string[0])]
    [InlineData("nfs", "rw", new string[0])]
    [InlineData("cifs", "", new string[0])]
    public void NFS_4_without_a_version_is_tried_from_the_newest(string type, string words, string[] expected) =>
        Assert.Equal(expected, NetworkOptions.VersionsToTry(new LocalOptions(type, ":/", words.Split(','))));

    [Fact]
    public void A_server_of_two_families_is_asked_by_IPv4() =>
        Assert.Contains("addr=127.0.0.1", NetworkOptions.Complete("v", new LocalOptions("nfs4", ":/", ["addr=localhost"])));

    [Fact]
    public void An_address_is_taken_as_it_is() =>
        Assert.Contains("addr=::1", NetworkOptions.Complete("v", new LocalOptions("nfs4", ":/", ["addr=::1"])));
}
