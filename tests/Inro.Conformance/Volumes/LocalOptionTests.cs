using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Volumes;

/// <summary>Volumes of the local driver that mount(8)'s options describe.</summary>
public sealed class LocalOptionTests
{
    [KernelFact(Instance.Usual)]
    public void Memory_is_shared_by_all_who_use_it_and_is_gone_with_the_last()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m,uid=1000,mode=750", "scratch");

        inro.Ok("run", "-d", "--name", "one", "-v", "scratch:/s", "busybox", "sleep", "1000");
        inro.Ok("exec", "one", "sh", "-c", "echo text > /s/file");
        inro.Ok("run", "-d", "--name", "two", "-v", "scratch:/s", "busybox", "sleep", "1000");
        Assert.Equal("text\n750 1000 tmpfs\n", inro.Ok("exec", "two", "sh", "-c", "cat /s/file; stat -c '%a %u' /s | tr '\\n' ' '; stat -f -c %T /s"));
        Assert.Single(Mounts(inro));
        inro.Ok("rm", "-f", "one");
        Assert.Equal("text\n", inro.Ok("exec", "two", "cat", "/s/file"));
        inro.Ok("stop", "-t", "0", "two");
        Assert.Empty(Mounts(inro));
        inro.Ok("start", "two");
        Assert.Equal("", inro.Ok("exec", "two", "ls", "/s"));
        inro.Ok("rm", "-f", "two");
        Assert.Empty(Mounts(inro));
        inro.Ok("volume", "rm", "scratch");
    }

    [KernelFact(Instance.Usual)]
    public void A_directory_of_the_host_can_be_a_volume_for_reading_too()
    {
        using Instance inro = Instance.WithBusybox();
        Directory.CreateDirectory(inro.Beside("dir"));
        File.WriteAllText(inro.Beside("dir") + "/file", "of the host\n");
        inro.Ok("volume", "create", "-o", "type=none", "-o", $"device={inro.Beside("dir")}", "-o", "o=bind", "bound");
        inro.Ok("volume", "create", "-o", "type=none", "-o", $"device={inro.Beside("dir")}", "-o", "o=bind,ro", "fixed");

        Assert.Equal("of the host\n", inro.Ok("run", "--rm", "-v", "bound:/data", "busybox", "sh", "-c", "echo new > /data/new; cat /data/file"));
        ToolResult refused = inro.Run("run", "--rm", "-v", "fixed:/data", "busybox", "sh", "-c", "echo newer > /data/new");

        Assert.Equal("new\n", File.ReadAllText(inro.Beside("dir") + "/new"));
        Assert.Contains("Read-only file system", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Mounts(inro));
        inro.Ok("volume", "rm", "bound", "fixed");
        Assert.True(File.Exists(inro.Beside("dir") + "/file"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("type=nosuch", "device=x", "o=a=b", "fsopen(nosuch)")]
    [InlineData("type=tmpfs", "device=tmpfs", "o=nonsense=1", "nonsense")]
    [InlineData("type=none", "device=/no/such/directory", "o=bind", "open_tree(/no/such/directory)")]
    public void What_the_kernel_refuses_is_told_with_its_words_and_leaves_nothing(string type, string device, string options, string told)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "-o", type, "-o", device, "-o", options, "data");

        ToolResult refused = inro.Run("run", "--rm", "-v", "data:/data", "busybox", "true");

        Assert.Equal(125, refused.ExitCode);
        Assert.StartsWith("inro: failed to mount local volume data: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
        Assert.Empty(inro.Leavings(layers: 1));
        inro.Ok("volume", "rm", "data");
    }

    [KernelFact(Instance.Usual)]
    public void What_a_killed_shim_and_a_killed_command_leave_mounted_is_unmounted_by_the_next_end()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "scratch");
        string id = inro.Ok("run", "-d", "--name", "one", "-v", "scratch:/s", "busybox", "sleep", "1000").TrimEnd('\n');
        using (var shim = System.Diagnostics.Process.GetProcessById(inro.ShimOf(id)))
        {
            shim.Kill();
            shim.WaitForExit();
        }

        inro.Ok("exec", "one", "touch", "/s/file"); // a new shim watches it
        Assert.Single(Mounts(inro));
        inro.Ok("rm", "-f", "one");

        Assert.Empty(Mounts(inro));
    }

    [KernelFact(Instance.Usual)]
    public void By_hand_it_is_mounted_and_unmounted_beside_containers()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "scratch");

        string path = inro.Ok("volume", "mount", "scratch").TrimEnd('\n');
        File.WriteAllText(path + "/file", "by hand\n");
        Assert.Equal("by hand\n", inro.Ok("run", "--rm", "-v", "scratch:/s", "busybox", "cat", "/s/file"));
        Assert.Single(Mounts(inro));
        Assert.Equal("scratch\n", inro.Ok("volume", "unmount", "scratch"));

        Assert.Empty(Mounts(inro));
    }

    private static string[] Mounts(Instance inro) => [.. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains($"{inro.Root}/volumes/", StringComparison.Ordinal))];
}
