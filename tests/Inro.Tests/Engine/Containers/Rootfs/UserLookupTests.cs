using Inro.Engine;
using Inro.Engine.Containers.Rootfs;
using Xunit;

namespace Inro.Tests.Engine.Containers.Rootfs;

/// <summary>user[:group] against an image's files.</summary>
public sealed class UserLookupTests
{
    [Theory]
    [InlineData(null, "0:0 [] /root")]
    [InlineData("", "0:0 [] /root")]
    [InlineData("root", "0:0 [] /root")]
    [InlineData("app", "1000:1001 [44 29] /home/app")]
    [InlineData("1000", "1000:1001 [44 29] /home/app")]
    [InlineData("app:video", "1000:44 [] /home/app")]
    [InlineData("app:7", "1000:7 [] /home/app")]
    [InlineData(":video", "0:44 [] /root")]
    [InlineData("5000", "5000:0 [] /")]
    [InlineData("5000:33", "5000:33 [] /")]
    [InlineData("2147483647", "2147483647:0 [] /")]
    public void User_resolves(string? specification, string expected) => Assert.Equal(expected, Show(UserLookup.Resolve(FakeRootfs.Debian, specification, [])));

    [Theory]
    [InlineData("nobody", "unable to find user nobody: no matching entries in passwd file")]
    [InlineData("app:nogroup", "unable to find group nogroup: no matching entries in group file")]
    [InlineData("2147483648", "uids and gids must be in range 0-2147483647")]
    [InlineData("99999999999999999999", "uids and gids must be in range 0-2147483647")]
    [InlineData("-1", "unable to find user -1: no matching entries in passwd file")]
    [InlineData("1 ", "unable to find user 1 : no matching entries in passwd file")]
    [InlineData("big", "uids and gids must be in range 0-2147483647")]
    public void User_is_refused_in_dockers_words(string specification, string problem) =>
        Assert.Equal(problem, Assert.Throws<EngineException>(() => UserLookup.Resolve(FakeRootfs.Debian, specification, [])).Problem);

    [Fact]
    public void Additional_groups_join_each_once() =>
        Assert.Equal("1000:1001 [44 29 33 7] /home/app", Show(UserLookup.Resolve(FakeRootfs.Debian, "app", ["www-data", "7", "33", "video"])));

    [Fact]
    public void Image_without_files_takes_numbers_only()
    {
        Assert.Equal("7:8 [] /", Show(UserLookup.Resolve(new FakeRootfs(), "7:8", [])));
        Assert.Throws<EngineException>(() => UserLookup.Resolve(new FakeRootfs(), "root", []));
    }

    private static string Show(ResolvedUser user) => $"{user.Uid}:{user.Gid} [{string.Join(' ', user.Groups)}] {user.Home}";
}
