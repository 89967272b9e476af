using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro tag</c>, <c>rmi</c> and <c>history</c>.</summary>
public sealed class NameVerbTests
{
    [KernelFact(Instance.Usual)]
    public void An_image_goes_with_its_last_name_and_leaves_no_byte()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("tag", "busybox", "other:2");
        string id = inro.Ok("images", "-q", "--no-trunc", "other:2").Trim();

        string first = inro.Ok("rmi", "busybox");
        string last = inro.Ok("rmi", "other:2");

        Assert.Equal("Untagged: busybox:latest\n", first);
        Assert.StartsWith($"Untagged: other:2\nDeleted: {id}\nDeleted: sha256:", last, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.Empty(Directory.GetFiles(inro.Root + "/blobs", "*", SearchOption.AllDirectories));
        Assert.Empty(inro.Leavings(layers: 0));
    }

    [KernelFact(Instance.Usual)]
    public void An_image_that_a_container_needs_stays()
    {
        using Instance inro = Instance.WithBusybox();
        string running = inro.Ok("run", "-d", "--network", "none", "busybox", "sleep", "100").Trim();

        ToolResult whileRunning = inro.Run("rmi", "-f", "busybox");
        inro.Ok("kill", running);
        inro.Ok("wait", running);
        ToolResult whileStopped = inro.Run("rmi", "busybox");
        string forced = inro.Ok("rmi", "-f", "busybox");
        string restarted = inro.Ok("start", running); // its layers stay as long as it does
        inro.Ok("rm", "-f", running);
        string last = inro.Ok("rmi", inro.Ok("images", "-q").Trim());

        Assert.Equal(1, whileRunning.ExitCode);
        Assert.Contains($"(cannot be forced) - image is being used by running container {running[..12]}", whileRunning.Error, StringComparison.Ordinal);
        Assert.Contains($"(must be forced) - image is being used by stopped container {running[..12]}", whileStopped.Error, StringComparison.Ordinal);
        Assert.Equal("Untagged: busybox:latest\n", forced);
        Assert.Equal(running + "\n", restarted);
        Assert.StartsWith("Deleted: sha256:", last, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void An_id_with_names_in_two_repositories_wants_force()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("images", "-q").Trim();
        inro.Ok("tag", id, "other");

        ToolResult refused = inro.Run("rmi", id);
        string forced = inro.Ok("rmi", "-f", id);

        Assert.Contains("image is referenced in multiple repositories", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Untagged: other:latest\n", forced, StringComparison.Ordinal);
        Assert.Contains("Untagged: busybox:latest\n", forced, StringComparison.Ordinal);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("rmi nosuch", 1, "No such image: nosuch:latest")]
    [InlineData("rmi -f nosuch", 0, "No such image: nosuch:latest")]
    [InlineData("tag nosuch x", 1, "No such image: nosuch:latest")]
    [InlineData("tag busybox X", 1, "lower case")]
    [InlineData("tag busybox", 1, "requires exactly 2 arguments")]
    [InlineData("history nosuch", 1, "No such image: nosuch:latest")]
    public void What_is_wrong_is_named(string line, int status, string problem)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult refused = inro.Run(line.Split(' '));

        Assert.Equal(status, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void History_tells_each_step_and_its_size()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("images", "-q").Trim();

        string[] table = inro.Ok("history", "busybox").Split('\n');

        Assert.StartsWith("IMAGE ", table[0], StringComparison.Ordinal);
        Assert.StartsWith(id, table[1], StringComparison.Ordinal);
        Assert.Matches("^[0-9]+\n$", inro.Ok("history", "-H=false", "--format", "{{.Size}}", "busybox"));
    }
}
