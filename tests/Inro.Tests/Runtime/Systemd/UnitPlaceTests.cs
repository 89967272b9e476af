using Inro.Runtime;
using Inro.Runtime.Systemd;
using Xunit;

namespace Inro.Tests.Runtime.Systemd;

public sealed class UnitPlaceTests
{
    [Theory]
    [InlineData(null, false, "inro-c1.scope", "system.slice", "/system.slice/inro-c1.scope")]
    [InlineData("", true, "inro-c1.scope", "user.slice", "/user.slice/inro-c1.scope")]
    [InlineData("machine.slice:libpod:abc", false, "libpod-abc.scope", "machine.slice", "/machine.slice/libpod-abc.scope")]
    [InlineData(":docker:abc", false, "docker-abc.scope", "system.slice", "/system.slice/docker-abc.scope")]
    [InlineData(":docker:abc", true, "docker-abc.scope", "user.slice", "/user.slice/docker-abc.scope")]
    [InlineData("a-b.slice:p:n", false, "p-n.scope", "a-b.slice", "/a.slice/a-b.slice/p-n.scope")]
    [InlineData("a-b-c.slice:p:n", false, "p-n.scope", "a-b-c.slice", "/a.slice/a-b.slice/a-b-c.slice/p-n.scope")]
    [InlineData("-.slice:p:n", false, "p-n.scope", "-.slice", "/p-n.scope")]
    [InlineData("-:p:n", false, "p-n.scope", "-.slice", "/p-n.scope")]
    [InlineData("a.slice::n", false, "-n.scope", "a.slice", "/a.slice/-n.scope")]
    [InlineData("kube.slice:ignored:kube-pod1.slice", false, "kube-pod1.slice", "kube.slice", "/kube.slice/kube-pod1.slice")]
    [InlineData("a.slice:p:dev-disk\\x2dby.x:y_z", false, null, null, null)]
    public void A_path_names_a_slice_and_a_unit(string? path, bool isUser, string? unit, string? slice, string? cgroup)
    {
        if (unit is null)
        {
            Assert.Throws<RuntimeException>(() => UnitPlace.Parse(path, "c1", isUser));
            return;
        }

        Assert.Equal(new UnitPlace(unit, slice!, cgroup!), UnitPlace.Parse(path, "c1", isUser));
    }

    [Theory]
    [InlineData("/a/b", "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/a/b\" instead")]
    [InlineData("a.slice:n", "expected cgroupsPath")]
    [InlineData("a.slice:p:n:x", "expected cgroupsPath")]
    [InlineData("a:p:n", "invalid slice name: a")]
    [InlineData(".slice:p:n", "invalid slice name: .slice")]
    [InlineData("a--b.slice:p:n", "invalid slice name: a--b.slice")]
    [InlineData("-a.slice:p:n", "invalid slice name: -a.slice")]
    [InlineData("a-.slice:p:n", "invalid slice name: a-.slice")]
    [InlineData("a/b.slice:p:n", "invalid slice name: a/b.slice")]
    [InlineData("..slice:p:../../n", "cannot be the name of a unit")]
    [InlineData("a.slice:p:n/m", "\"p-n/m.scope\" cannot be the name of a unit")]
    [InlineData("a.slice:p:", "cannot be the name of a unit")]
    [InlineData("a.slice:p p:n", "cannot be the name of a unit")]
    [InlineData("a.slice:p:x--y.slice", "invalid slice name: x--y.slice")]
    public void What_is_no_unit_is_refused(string path, string problem)
    {
        var refusal = Assert.Throws<RuntimeException>(() => UnitPlace.Parse(path, "c1", isUser: false));

        Assert.StartsWith("linux.cgroupsPath: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Remedy);
    }

    [Fact]
    public void A_name_longer_than_a_unit_may_have_is_refused()
    {
        string longest = new('n', 255 - "p-.scope".Length);

        Assert.Equal(255, UnitPlace.Parse(":p:" + longest, "c1", isUser: false).Name.Length);
        Assert.Throws<RuntimeException>(() => UnitPlace.Parse($":p:{longest}n", "c1", isUser: false));
    }
}
