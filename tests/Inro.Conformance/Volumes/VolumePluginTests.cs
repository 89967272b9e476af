using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Volumes;

/// <summary>Volume drivers over docker's plug-in protocol.</summary>
public sealed class VolumePluginTests
{
    [KernelFact(Instance.Usual)]
    public void A_plug_in_is_asked_for_each_step_of_a_volumes_life()
    {
        using Instance inro = Instance.WithBusybox();
        using VolumePlugin plugin = VolumePlugin.Start(inro.Beside("plugin"));

        inro.Ok("volume", "create", "-d", plugin.Name, "-o", "size=10", "--label", "a=b", "data");
        JsonElement shown = JsonDocument.Parse(inro.Ok("volume", "inspect", "data")).RootElement[0];
        Assert.Equal((plugin.Name, "global", "fine"), (shown.GetProperty("Driver").GetString(), shown.GetProperty("Scope").GetString(), shown.GetProperty("Status").GetProperty("health").GetString()));
        Assert.Equal(inro.Beside("plugin") + "/data", shown.GetProperty("Mountpoint").GetString());
        Assert.Equal("""{"size":"10"}""", File.ReadAllText(inro.Beside("plugin") + "/data.opts"));
        inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "echo text > /data/file");
        Assert.Equal("text\n", File.ReadAllText(inro.Beside("plugin") + "/data/file"));
        inro.Ok("volume", "rm", "data");

        string[] steps = [.. plugin.Calls.Where(static c => c.Split(' ')[0] is "Create" or "Mount" or "Unmount" or "Remove")];
        Assert.Equal(["Create data", "Mount data", "Unmount data", "Remove data"], steps);
        Assert.False(Directory.Exists(inro.Beside("plugin") + "/data"));
    }

    [KernelFact(Instance.Usual)]
    public void A_container_makes_its_volumes_with_the_driver_that_its_flags_name()
    {
        using Instance inro = Instance.WithBusybox();
        using VolumePlugin plugin = VolumePlugin.Start(inro.Beside("plugin"));

        inro.Ok("run", "-d", "--name", "box", "--volume-driver", plugin.Name, "-v", "one:/one", "-v", "/unnamed", "--mount", $"type=volume,src=two,dst=/two,volume-driver={plugin.Name},volume-opt=k=v,volume-label=l=1", "busybox", "sleep", "1000");
        string unnamed = inro.Ok("volume", "ls", "-q", "-f", "label=com.docker.volume.anonymous").TrimEnd('\n');

        Assert.Equal([plugin.Name, plugin.Name, plugin.Name], inro.Ok("volume", "ls", "--format", "{{.Driver}}").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("two\n", inro.Ok("volume", "ls", "-q", "-f", "label=l=1"));
        Assert.Equal("""{"k":"v"}""", File.ReadAllText(inro.Beside("plugin") + "/two.opts"));
        inro.Ok("rm", "-f", "-v", "box");
        Assert.Equal(1, plugin.Calls.Count(c => c == "Unmount one"));
        Assert.Contains($"Remove {unnamed}", plugin.Calls);
        Assert.Equal("one\ntwo\n", inro.Ok("volume", "ls", "-q"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("VolumeDriver.Create", """{"Err":"no room"}""", "VolumeDriver.Create: no room")]
    [InlineData("VolumeDriver.Create", "this is no JSON", "its answer is no JSON")]
    [InlineData("VolumeDriver.Create", "[1]", "its answer is no object")]
    [InlineData("Plugin.Activate", """{"Implements":["NetworkDriver"]}""", "does not implement VolumeDriver")]
    public void What_a_plug_in_says_went_wrong_is_told_and_leaves_no_volume(string method, string answer, string told)
    {
        using Instance inro = Instance.Empty();
        using VolumePlugin plugin = VolumePlugin.Start(inro.Beside("plugin"));
        plugin.Answers[method] = answer;

        ToolResult refused = inro.Run("volume", "create", "-d", plugin.Name, "data");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
        Assert.Equal("", inro.Ok("volume", "ls", "-q"));
    }

    [KernelFact(Instance.Usual)]
    public void A_mount_that_fails_starts_no_container_and_a_plug_in_that_is_gone_keeps_none_from_being_removed()
    {
        using Instance inro = Instance.WithBusybox();
        using (VolumePlugin plugin = VolumePlugin.Start(inro.Beside("plugin")))
        {
            inro.Ok("volume", "create", "-d", plugin.Name, "data");
            plugin.Answers["VolumeDriver.Mount"] = """{"Mountpoint":"relative","Err":""}""";
            ToolResult refused = inro.Run("run", "--rm", "-v", "data:/data", "busybox", "true");
            Assert.Equal(125, refused.ExitCode);
            Assert.Contains("'relative' as the place of volume data", refused.Error, StringComparison.Ordinal);
            Assert.Empty(inro.AllContainers());
            plugin.Answers.Clear();
            inro.Ok("run", "-d", "--name", "box", "-v", "data:/data", "busybox", "sleep", "1000");
        }

        inro.Ok("rm", "-f", "box");
        Assert.Equal(1, inro.Run("volume", "rm", "data").ExitCode);
        Assert.Equal("data\n", inro.Ok("volume", "ls", "-q"));
        inro.Ok("volume", "rm", "-f", "data");
        Assert.Equal("", inro.Ok("volume", "ls", "-q"));
    }

    [KernelFact(Instance.Usual)]
    public void Reload_lists_what_plug_ins_have_and_forgets_what_they_have_no_longer()
    {
        using Instance inro = Instance.Empty();
        using VolumePlugin plugin = VolumePlugin.Start(inro.Beside("plugin"));
        Directory.CreateDirectory(inro.Beside("plugin") + "/there");
        inro.Ok("volume", "create", "-d", plugin.Name, "gone");
        Directory.Delete(inro.Beside("plugin") + "/gone");

        string told = inro.Run("volume", "reload").Output;

        Assert.Contains("Added:\nthere\n", told, StringComparison.Ordinal);
        Assert.Contains("Removed:\ngone\n", told, StringComparison.Ordinal);
        Assert.Equal("there\n", inro.Ok("volume", "ls", "-q", "-f", $"driver={plugin.Name}"));
    }
}
