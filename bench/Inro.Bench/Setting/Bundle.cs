using System.Text.Json.Nodes;
using Inro.Bench.Measuring;

namespace Inro.Bench.Setting;

/// <summary>Bundles that every OCI runtime gets alike.</summary>
internal static class Bundle
{
    /// <summary>The bundle of <c>runc spec</c> with /bin/true as its process and without a terminal.</summary>
    /// <returns>Its directory.</returns>
    public static string Plain(Surroundings here)
    {
        string directory = Path.Combine(here.Work, "plain");
        if (Directory.Exists(directory)) { return directory; }

        string config = MakeRootfs(directory);
        Sample spec = here.Local.Run(Command.Of("runc", "spec", "--bundle", directory));
        if (spec.Problem is { } problem)
        {
            Directory.Delete(directory, recursive: true);
            throw new InvalidOperationException($"runc spec: {problem}");
        }

        JsonNode root = JsonNode.Parse(File.ReadAllText(config))!;
        root["process"]!["terminal"] = false;
        root["process"]!["args"] = new JsonArray("/bin/true");
        File.WriteAllText(config, root.ToJsonString());
        return directory;
    }

    /// <summary>The same with a process that stays.</summary>
    public static string Idle(Surroundings here)
    {
        string directory = Path.Combine(here.Work, "idle");
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(Plain(here), "config.json")))!;
        root["process"]!["args"] = new JsonArray("/bin/busybox", "sleep", "1000");
        if (Directory.Exists(directory)) { Directory.Delete(directory, recursive: true); }

        File.WriteAllText(MakeRootfs(directory), root.ToJsonString());
        return directory;
    }

    /// <summary>The same with the capabilities, the seccomp filter and the masked paths that docker itself writes.</summary>
    public static string LikeDocker(Surroundings here)
    {
        string directory = Path.Combine(here.Work, "docker");
        JsonNode theirs = JsonNode.Parse(DockersConfig(here))!;
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(Plain(here), "config.json")))!;
        root["process"]!["capabilities"] = theirs["process"]!["capabilities"]!.DeepClone();
        foreach (string name in (string[])["seccomp", "maskedPaths", "readonlyPaths"])
        {
            root["linux"]![name] = theirs["linux"]![name]!.DeepClone();
        }

        if (Directory.Exists(directory)) { Directory.Delete(directory, recursive: true); }

        File.WriteAllText(MakeRootfs(directory), root.ToJsonString());
        return directory;
    }

    // What docker gives its runtime is in containerd's state as long as the container is there.
    private static string DockersConfig(Surroundings here)
    {
        if (here.Peers is not { } lane || here.Engines.DockerProblem is not null)
        {
            throw new InvalidOperationException($"docker, whose configuration is measured, does not run: {here.Engines.DockerProblem}");
        }

        Sample started = lane.Run(Engines.Docker("run", "--detach", "--rm", "--network", "none", Engines.Image, "sleep", "60"));
        if (started.Problem is { } problem) { throw new InvalidOperationException($"docker run: {problem}"); }

        string id = started.Output.Trim();
        Sample config = lane.Run(Command.Of("cat", $"/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/{id}/config.json"));
        lane.Run(Engines.Docker("rm", "--force", id));
        return config.Problem is null ? config.Output : throw new InvalidOperationException($"docker's config.json: {config.Problem}");
    }

    private static string MakeRootfs(string directory)
    {
        string bin = Directory.CreateDirectory(Path.Combine(directory, "rootfs", "bin")).FullName;
        foreach (string name in (string[])["dev", "etc", "proc", "sys", "tmp"]) { Directory.CreateDirectory(Path.Combine(directory, "rootfs", name)); }

        File.Copy("/bin/busybox", Path.Combine(bin, "busybox"));
        File.CreateSymbolicLink(Path.Combine(bin, "true"), "busybox");
        return Path.Combine(directory, "config.json");
    }
}
