using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Storage;

/// <summary><c>--storage-opt size=</c>.</summary>
public sealed class SizeLimitTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [KernelFact(Instance.Usual)]
    public void A_container_writes_as_much_as_it_may_and_no_more()
    {
        using Instance inro = Instance.With(MountWithQuota);

        inro.Ok("create", "--name", "small", "--storage-opt", "size=5m", "busybox", "dd", "if=/dev/zero", "of=/file", "bs=1024k", "count=20");
        ToolResult full = inro.Run("start", "-a", "small");
        inro.Ok("run", "--rm", "busybox", "dd", "if=/dev/zero", "of=/file", "bs=1024k", "count=20");
        inro.Ok("rm", "small");

        Assert.Equal(1, full.ExitCode);
        Assert.Matches("No space left on device|Disk quota exceeded", full.Error);
        Assert.Equal("4\n", inro.Ok("run", "--rm", "--storage-opt", "size=5m", "busybox", "sh", "-c", "dd if=/dev/zero of=/file bs=1024k count=4 2>/dev/null; mkdir /a; mv /file /a; stat -c %s /a/file | cut -c1"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("size=5m", "--storage-opt size= is not possible in ")]
    [InlineData("size=much", "--storage-opt size=much: ")]
    [InlineData("colour=red", "unknown option colour for --storage-opt")]
    public void What_cannot_be_kept_is_refused_before_anything_is_made(string option, string told)
    {
        using Instance inro = Instance.OnSmallDisk(16); // memory has no project quota
        inro.LoadBusybox();

        ToolResult refused = inro.Run("run", "--storage-opt", option, "busybox", "true");

        Assert.Equal(125, refused.ExitCode);
        Assert.StartsWith("inro: " + told, refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    private static void MountWithQuota(Instance inro)
    {
        string disk = inro.Beside("disk");
        using (FileStream file = File.Create(disk)) { file.SetLength(256 << 20); }

        Tool.Run("/sbin/mkfs.ext4", ["-q", "-O", "quota,project", "-E", "quotatype=prjquota", disk], Deadline).Ok();
        Directory.CreateDirectory(inro.Root);
        ToolResult mounted = Tool.Run("mount", ["-o", "loop,prjquota", disk, inro.Root], Deadline);
        Assert.SkipUnless(mounted.ExitCode == 0, "needs a kernel that mounts ext4 with project quota");
        inro.IsMount = true;
        inro.LoadBusybox();
    }
}
