using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.Spec;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>--platform</c> of the verbs that take an image which is here: it must be for that platform.</summary>
public sealed class PlatformFlagTests
{
    [KernelTheory(Instance.Usual)]
    [InlineData("history -q --platform {0} busybox")]
    [InlineData("image inspect --platform {0} busybox")]
    [InlineData("save --platform {0} -o {1} busybox")]
    [InlineData("load --quiet --platform {0} -i {2}")]
    [InlineData("rmi --platform {0} busybox")]
    public void An_image_for_another_platform_is_refused_and_stays(string line)
    {
        using Instance inro = Instance.WithBusybox();
        string saved = inro.Beside("saved.tar");
        inro.Ok("save", "-o", saved, "busybox");
        string[] Words(string platform) => [.. line.Split(' ').Select(w => w.Replace("{0}", platform, StringComparison.Ordinal).Replace("{1}", inro.Beside("out.tar"), StringComparison.Ordinal).Replace("{2}", saved, StringComparison.Ordinal))];

        ToolResult refused = inro.Run(Words("linux/s390x"));
        string still = inro.Ok("images", "-q");
        ToolResult taken = inro.Run(Words(Platform.Host.ToString()));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("linux/s390x", refused.Error, StringComparison.Ordinal);
        Assert.Contains(Platform.Host.ToString(), refused.Error, StringComparison.Ordinal);
        Assert.NotEmpty(still);
        taken.Ok();
    }

    [KernelFact(Instance.Usual | Needs.Registry | Needs.Skopeo)]
    public void A_push_for_another_platform_gives_nothing()
    {
        using var registry = new KernelTests.Images.Support.TestRegistry();
        using Instance inro = Instance.WithBusybox();
        string name = registry.Host + "/box:1";
        inro.Ok("tag", "busybox", name);

        ToolResult refused = inro.Run("push", "--platform", "linux/s390x", name);
        ToolResult untrusted = inro.Run("push", "--disable-content-trust=false", name);
        ToolResult missing = inro.Run("registry", "tags", registry.Host + "/box");

        Assert.Contains("does not provide the specified platform (linux/s390x)", refused.Error, StringComparison.Ordinal);
        Assert.Contains("the servers of docker's content trust have ended", untrusted.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, missing.ExitCode);
        inro.Ok("push", "-q", "--disable-content-trust", "--platform", Platform.Host.ToString(), name);
    }
}
