using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>An image that people really have: a small Debian, made of its packages. Making it takes a minute and a mirror, so that these tests are of the long run.</summary>
public sealed class DebianImageTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [KernelFact(Usual, Explicit = true)]
    public void A_small_debian_goes_to_a_registry_comes_back_and_works()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/debootstrap"), "debootstrap is not installed");
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        string name = registry.Host + "/debian:slim";
        string tar = MakeTar(inro);

        inro.Ok("import", "--change", "CMD [\"cat\", \"/etc/debian_version\"]", tar, name);
        string packages = inro.Ok("run", "--rm", "--network", "none", name, "dpkg-query", "-W", "-f", "${Package} ${Status}\\n");
        inro.Ok("push", "-q", name);
        inro.Ok("rmi", name);
        inro.Ok("pull", "-q", name);

        Assert.Matches("^[0-9]+\\.[0-9]+", inro.Ok("run", "--rm", "--network", "none", name));
        Assert.Contains("dpkg install ok installed\n", packages, StringComparison.Ordinal);
        Assert.Equal(packages, inro.Ok("run", "--rm", "--network", "none", name, "dpkg-query", "-W", "-f", "${Package} ${Status}\\n"));
        Assert.Empty(inro.Ok("run", "--rm", "--network", "none", name, "dpkg", "--audit"));
        Assert.EndsWith(": nothing is wrong\n", inro.Ok("system", "check"), StringComparison.Ordinal);
    }

    private static string MakeTar(Instance inro)
    {
        string root = inro.Beside("debian");
        string tar = inro.Beside("debian.tar");
        Tool.Run("debootstrap", ["--variant=minbase", "stable", root], Deadline).Ok();
        string script = $"cd {root} && rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* usr/share/doc usr/share/man usr/share/locale && tar --numeric-owner --xattrs --xattrs-include='*' -cf {tar} .";
        Tool.Run("sh", ["-c", script], Deadline).Ok();
        return tar;
    }
}
