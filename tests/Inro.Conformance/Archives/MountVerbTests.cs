using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Archives;

/// <summary><c>inro mount</c> and <c>unmount</c> of containers, as podman has them.</summary>
public sealed class MountVerbTests
{
    [KernelTheory(Instance.Usual)]
    [InlineData("running", "")]
    [InlineData("running", "--userns=auto")]
    [InlineData("created", "")]
    public void A_containers_files_are_read_and_written_at_a_path(string state, string flag)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. ((string[])[state == "running" ? "run" : "create", state == "running" ? "-d" : "", flag, "--name", "web", "-v", "data:/data", "busybox", "sleep", "1000"]).Where(static w => w.Length > 0)]);

        string place = inro.Ok("mount", "web").TrimEnd('\n');
        string again = inro.Ok("container", "mount", "web").TrimEnd('\n');
        string listed = inro.Ok("mount");
        using JsonDocument json = JsonDocument.Parse(inro.Ok("mount", "--format", "json"));
        bool hadBusybox = File.Exists(place + "/bin/busybox");
        if (flag.Length == 0) { File.WriteAllText(place + "/written", "from outside"); }

        inro.Ok("cp", "web:/bin/busybox", inro.Beside("busybox"));
        ToolResult start = inro.Run("start", "web");
        string first = inro.Ok("unmount", "web");
        bool stays = File.Exists(place + "/bin/busybox");
        string second = inro.Ok("umount", "web");
        ToolResult third = inro.Run("unmount", "web");

        string id = inro.OnlyContainer();
        Assert.Equal(place, again);
        Assert.Equal($"{id[..12]}  {place}\n", listed);
        Assert.Equal((id, "web", place), (json.RootElement[0].GetProperty("id").GetString(), json.RootElement[0].GetProperty("Names")[0].GetString(), json.RootElement[0].GetProperty("mountpoint").GetString()));
        Assert.True(hadBusybox);
        if (state == "created") { Assert.Contains("container web is mounted, and its files cannot be mounted twice", start.Error, StringComparison.Ordinal); }

        Assert.Equal((id + "\n", true, id + "\n"), (first, stays, second));
        Assert.False(Directory.Exists(place));
        Assert.Equal(125, third.ExitCode);
        Assert.Contains("container web is not mounted", third.Error, StringComparison.Ordinal);
        if (state == "created") { inro.Ok("start", "web"); }

        if (flag.Length == 0) { Assert.Equal("from outside", inro.Ok("exec", "web", "cat", "/written")); }
    }

    [KernelFact(Instance.Usual)]
    public void A_removed_container_is_mounted_no_more_and_all_go_at_once()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "one", "busybox", "sh");
        inro.Ok("create", "--name", "two", "busybox", "sh");

        string all = inro.Ok("mount", "--all", "--notruncate");
        string place = inro.Ok("mount", "one").TrimEnd('\n');
        inro.Ok("rm", "one");
        string rest = inro.Ok("unmount", "--all", "--force");

        Assert.Equal(2, all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.False(Directory.Exists(place));
        Assert.Equal(inro.OnlyContainer() + "\n", rest);
        Assert.Empty(inro.Ok("mount"));
        Assert.Equal(125, inro.Run("mount", "nosuch").ExitCode);
        Assert.Equal(125, inro.Run("mount", "-a", "two").ExitCode);
    }
}
