using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro inspect --kernel</c>, <c>cgroup get</c> and <c>set</c>, and sizes.</summary>
public sealed class KernelViewTests
{
    [KernelFact(Instance.Usual)]
    public void A_container_is_shown_as_the_kernel_has_it()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--cap-drop", "ALL", "--cap-add", "CHOWN", "--security-opt", "no-new-privileges", "--pids-limit", "44", "busybox", "sleep", "1000");
        string pid = inro.Ok("inspect", "-f", "{{.State.Pid}}", "web").Trim();

        using JsonDocument document = JsonDocument.Parse(inro.Ok("inspect", "--kernel", "web"));
        JsonElement view = document.RootElement[0];

        Assert.Equal(pid, view.GetProperty("NSpid")[0].GetString());
        Assert.Equal("1", view.GetProperty("NSpid")[1].GetString());
        Assert.Equal("CAP_CHOWN", Assert.Single(view.GetProperty("Capabilities").GetProperty("Effective").EnumerateArray()).GetString());
        Assert.True(view.GetProperty("NoNewPrivileges").GetBoolean());
        Assert.Equal("filter", view.GetProperty("Seccomp").GetProperty("Mode").GetString());
        Assert.Equal(File.ResolveLinkTarget($"/proc/{pid}/ns/mnt", returnFinalTarget: false)?.Name ?? new FileInfo($"/proc/{pid}/ns/mnt").LinkTarget, view.GetProperty("Namespaces").GetProperty("mnt").GetProperty("Id").GetString());
        Assert.False(view.GetProperty("Namespaces").GetProperty("pid").GetProperty("IsHost").GetBoolean());
        Assert.Contains(view.GetProperty("Mounts").EnumerateArray(), static m => m.GetProperty("Target").GetString() == "/proc" && m.GetProperty("Type").GetString() == "proc");
        Assert.Contains(view.GetProperty("Cgroups").EnumerateArray(), static c => c.GetProperty("Files").TryGetProperty("pids.max", out JsonElement max) && max.GetString() == "44");
        Assert.Equal("sleep\n", inro.Ok("top", "web", "comm").Split('\n', 2)[1]);
        inro.Ok("rm", "-f", "web");
        Assert.Equal(1, inro.Run("inspect", "--kernel", "web").ExitCode);
    }

    [KernelFact(Instance.Usual)]
    public void Files_of_the_cgroup_are_read_and_written()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");

        inro.Ok("cgroup", "set", "web", "pids.max=33");
        ToolResult refused = inro.Run("cgroup", "set", "web", "pids.max=many");
        ToolResult own = inro.Run("cgroup", "set", "web", "cgroup.procs=1");
        ToolResult outside = inro.Run("cgroup", "get", "web", "../pids.max");
        ToolResult missing = inro.Run("cgroup", "get", "web", "no.such.file");

        Assert.Equal("33\n", inro.Ok("cgroup", "get", "web", "pids.max"));
        Assert.Contains("pids.max: 33\n", inro.Ok("cgroup", "get", "web"), StringComparison.Ordinal);
        Assert.Contains("EINVAL", refused.Error, StringComparison.Ordinal);
        Assert.Contains("is the engine's own", own.Error, StringComparison.Ordinal);
        Assert.Contains("is no name of a cgroup's file", outside.Error, StringComparison.Ordinal);
        Assert.Contains("no cgroup of the container has a file no.such.file", missing.Error, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
        Assert.Contains("No such container: web", inro.Run("cgroup", "get", "web").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void What_a_container_wrote_is_its_size()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "--name", "web", "busybox", "sh", "-c", "dd if=/dev/zero of=/file bs=1024 count=2000 2>/dev/null");

        string[] sizes = inro.Ok("inspect", "--size", "-f", "{{.SizeRw}} {{.SizeRootFs}}", "web").Trim().Split(' ');
        string listed = inro.Ok("ps", "-as", "--format", "{{.Size}}");

        Assert.InRange(long.Parse(sizes[0], System.Globalization.CultureInfo.InvariantCulture), 2_048_000, 2_200_000);
        Assert.True(long.Parse(sizes[1], System.Globalization.CultureInfo.InvariantCulture) > long.Parse(sizes[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Matches(@"^2\.\d+MB \(virtual \d\.\d+MB\)\n$", listed);
        inro.Ok("rm", "web");
    }
}
