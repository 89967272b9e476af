using System.Text.Json.Nodes;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class SpecTests
{
    [KernelFact(Bundle.Usual)]
    public void A_file_that_is_there_is_not_touched()
    {
        using var bundle = new Bundle();
        File.WriteAllText(bundle.Path + "/config.json", "mine");

        bundle.Refuses(1, "File config.json exists. Remove it first", "spec");

        Assert.Equal("mine", File.ReadAllText(bundle.Path + "/config.json"));
        bundle.Refuses(1, "there is no directory /nonexistent", "spec", "--bundle", "/nonexistent");
        bundle.Refuses(1, "\"spec\" requires exactly 0 argument(s)", "spec", "x");
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData("")]
    [InlineData("--rootless")]
    public void This_runtime_runs_what_it_has_written(string flag)
    {
        using Bundle bundle = Written(flag);

        Assert.Equal("0 inro\n", bundle.Oci("run", bundle.Id).Ok().Output);
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData("runc", "")]
    [InlineData("runc", "--rootless")]
    [InlineData("crun", "")]
    [InlineData("crun", "--rootless")]
    public void Other_runtimes_run_it(string runtime, string flag)
    {
        Assert.SkipUnless(Machine.FindTool(runtime) is not null, $"needs {runtime}");
        using Bundle bundle = Written(flag);

        string command = runtime == "crun" && BundleVerbs.IsLegacy("memory")
            ? "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$@\"" // crun takes no controllers in a v2 tree beside v1's
            : "exec \"$@\"";
        ToolResult result = Tool.Run("unshare", ["--mount", "sh", "-c", command, "sh", runtime, "--root", bundle.State, "run", bundle.Id], TimeSpan.FromSeconds(30), new ToolOptions { WorkingDirectory = bundle.Path });

        Assert.Equal("0 inro\n", result.Ok().Output);
    }

    // A shell without a terminal that says who it is.
    private static Bundle Written(string flag)
    {
        var bundle = new Bundle();
        bundle.Oci(flag.Length == 0 ? ["spec"] : ["spec", flag]).Ok();
        string path = bundle.Path + "/config.json";
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("sh", "-c", "echo $(id -u) $(hostname)");
        File.WriteAllText(path, config.ToJsonString());
        return bundle;
    }
}
