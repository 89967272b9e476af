using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Volumes;

/// <summary>Volumes, mounts and secrets as an ordinary user has them.</summary>
public sealed class RootlessVolumeTests
{
    [KernelFact(OrdinaryUser.Usual)]
    public void Volumes_are_made_filled_exported_and_pruned()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("volume", "create", "--uid", "1000", "data");

        Assert.Equal("1000\n", user.Ok("run", "--rm", "-v", "data:/etc", "busybox", "stat", "-c", "%u", "/etc"));
        Assert.Contains("passwd", user.Ok("run", "--rm", "-v", "data:/data", "busybox", "ls", "/data"), StringComparison.Ordinal);
        user.Ok("volume", "export", "-o", user.Home + "/data.tar", "data");
        user.Ok("volume", "create", "copy");
        user.Ok("volume", "import", "copy", user.Home + "/data.tar");
        Assert.Equal("1000\n", user.Ok("run", "--rm", "-v", "copy:/copy", "busybox", "stat", "-c", "%u", "/copy"));
        Assert.StartsWith("Deleted Volumes:\ncopy\ndata\n", user.Ok("volume", "prune", "-a", "-f"), StringComparison.Ordinal);
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Memory_is_shared_by_containers_of_several_commands()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m", "scratch");

        user.Ok("run", "-d", "--name", "one", "-v", "scratch:/s", "busybox", "sleep", "1000");
        user.Ok("exec", "one", "sh", "-c", "echo text > /s/file");
        user.Ok("run", "-d", "--name", "two", "-v", "scratch:/s", "busybox", "sleep", "1000");
        Assert.Equal("text\n", user.Ok("exec", "two", "cat", "/s/file"));
        user.Ok("rm", "-f", "one");
        Assert.Equal("text\n", user.Ok("exec", "two", "cat", "/s/file"));
        user.Ok("rm", "-f", "two");
        user.Ok("volume", "rm", "scratch");

        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Secrets_parts_of_volumes_images_and_overlays_are_mounted()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Feed("hidden"u8.ToArray(), "secret", "create", "key", "-").Ok();
        user.Ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "mkdir /data/a; echo text > /data/a/file");

        Assert.Equal("hidden 400 7\n", user.Ok("run", "--rm", "--secret", "key,uid=7,mode=0400", "busybox", "sh", "-c", "cat /run/secrets/key; stat -c ' %a %u' /run/secrets/key"));
        Assert.Equal("text\n", user.Ok("run", "--rm", "--mount", "type=volume,src=data,dst=/part,volume-subpath=a", "busybox", "cat", "/part/file"));
        Assert.Contains("busybox", user.Ok("run", "--rm", "--mount", "type=image,src=busybox,dst=/image", "busybox", "ls", "/image/bin"), StringComparison.Ordinal);
        Assert.Equal("new\n", user.Ok("run", "--rm", "-v", "data:/data:O", "busybox", "sh", "-c", "echo new > /data/a/file; cat /data/a/file"));
        Assert.Equal("text\n", user.Ok("run", "--rm", "-v", "data:/data:ro", "busybox", "cat", "/data/a/file"));
        Assert.Empty(user.Leavings());
    }
}
