using Inro.Engine;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Rootless;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Engine.Containers;

public sealed class UserNamespaceModeTests
{
    [Theory]
    [InlineData("auto", "0 1000 65536")]
    [InlineData("auto:size=10", "0 1000 10")]
    [InlineData("auto:size=10,uidmapping=0:7", "0 7 1,1 1001 9")]
    [InlineData("auto:size=10,uidmapping=3:7:2", "0 1000 3,3 7 2,5 1005 5")]
    [InlineData("auto:size=10,uidmapping=9:70:2,uidmapping=0:50", "0 50 1,1 1001 8,9 70 2")]
    [InlineData("auto:size=10,uidmapping=20:70:1", "0 1000 10,20 70 1")]
    public void Ids_that_are_asked_for_take_the_place_of_those_of_the_range(string mode, string expected)
    {
        UserNamespaceMode read = UserNamespaceMode.Parse(mode, isRootful: true);

        Assert.Equal(expected, Show(read.Of(new IdMappings([new(0, 1000, read.Size)], [new(0, 1000, read.Size)])).Users));
    }

    [Theory]
    [InlineData("auto:size=0")]
    [InlineData("auto:size=-1")]
    [InlineData("auto:size=4294967295")]
    [InlineData("auto:uidmapping=1")]
    [InlineData("auto:uidmapping=1:2:0")]
    [InlineData("auto:uidmapping=1:2:3,uidmapping=3:9:1")]
    [InlineData("auto:uidmapping=1:2:3,uidmapping=9:3:1")]
    [InlineData("auto:other=1")]
    [InlineData("auto:")]
    [InlineData("host:size=1")]
    [InlineData("private:size=1")]
    [InlineData("keep")]
    [InlineData("map")]
    [InlineData("map:gidmapping=0:1:2")]
    [InlineData("map:size=7,uidmapping=0:1:2")]
    [InlineData("map:uidmapping=0:1:2,uidmapping=1:9:2")]
    public void What_is_no_mode_is_refused(string mode) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EngineException>(() => UserNamespaceMode.Parse(mode, isRootful: true)).Code);

    [Fact]
    public void Ids_that_are_given_one_by_one_are_all_there_are()
    {
        IdMappings both = UserNamespaceMode.Parse("map:uidmapping=0:70:2,gidmapping=0:80:3", isRootful: true).Given!;
        IdMappings users = UserNamespaceMode.Parse("map:uidmapping=0:70:2,uidmapping=9:1:1", isRootful: true).Given!;

        Assert.Equal(("0 70 2", "0 80 3"), (Show(both.Users), Show(both.Groups)));
        Assert.Equal(("0 70 2,9 1 1", "0 70 2,9 1 1"), (Show(users.Users), Show(users.Groups)));
        Assert.Null(UserNamespaceMode.Parse("auto", isRootful: true).Given);
        Assert.Equal(ErrorCode.NotImplemented, Assert.Throws<EngineException>(() => UserNamespaceMode.Parse("map:uidmapping=0:70:2", isRootful: false)).Code);
    }

    [Fact]
    public void Keep_id_is_for_ordinary_users_and_auto_for_root()
    {
        UserNamespaceMode kept = UserNamespaceMode.Parse("keep-id:uid=5,gid=6", isRootful: false);

        Assert.Equal((true, 5u, 6u), (kept.KeepsId, kept.User, kept.Group));
        Assert.Equal(ErrorCode.NotImplemented, Assert.Throws<EngineException>(() => UserNamespaceMode.Parse("auto", isRootful: false)).Code);
    }

    [Theory]
    [InlineData(1000, 65537, "0 1 1000,1000 0 1,1001 1001 64536")]
    [InlineData(0, 11, "0 0 1,1 1 10")]
    [InlineData(10, 11, "0 1 10,10 0 1")]
    [InlineData(70000, 11, "0 1 10,70000 0 1")]
    public void A_kept_id_is_the_users_and_the_others_come_around_it(uint kept, uint count, string expected) => Assert.Equal(expected, Show(KeptIds.Of(kept, count)));

    private static string Show(IReadOnlyList<IdMapping> mappings) => string.Join(',', mappings.Select(static m => $"{m.ContainerId} {m.HostId} {m.Size}"));
}
