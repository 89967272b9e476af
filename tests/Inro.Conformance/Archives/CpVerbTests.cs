using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Archives;

/// <summary><c>inro cp</c>, by docker's rules, on containers in each state.</summary>
public sealed class CpVerbTests
{
    private const string Forever = "exec sleep 1000";

    public static TheoryData<string, string, string, string> Rules => new()
    {
        // prepared in the container, source, target, what is then there
        { "", "file", "web:/new", "/new=one" },
        { "mkdir /there", "file", "web:/there", "/there/file=one" },
        { "mkdir /there", "file", "web:/there/", "/there/file=one" },
        { "echo old >/there", "file", "web:/there", "/there=one" },
        { "", "dir", "web:/new", "/new/sub/x=two" },
        { "mkdir /there", "dir", "web:/there", "/there/dir/sub/x=two" },
        { "mkdir /there", "dir/.", "web:/there", "/there/sub/x=two" },
        { "", "dir/.", "web:/new", "/new/sub/x=two" },
        { "mkdir /real && ln -s /real /there", "file", "web:/there", "/real/file=one" },
        { "mkdir /real && ln -s ../../../real /there", "dir/.", "web:/there/", "/real/sub/x=two" },
        { "echo old >/real && ln -s real /there", "file", "web:/there", "/real=one" },
        { "ln -s /later /there", "file", "web:/there", "/later=one" },
        { "", "to-file", "web:/new", "/new=>file" },
        { "", "-L to-file", "web:/new", "/new=one" },
        { "mkdir /there", "-L to-file", "web:/there", "/there/to-file=one" },
        { "", "to-dir", "web:/new", "/new=>dir" },
        { "", "to-dir/", "web:/new", "/new/sub/x=two" },
        { "mkdir /there", "to-dir/", "web:/there", "/there/to-dir/sub/x=two" },
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "file web:/no/file", "Could not find the file /no in container web" },
        { "file web:/new/", "no such directory" },
        { "dir web:/bin/busybox", "cannot copy directory" },
        { "file web:/bin/busybox/x", "" },
        { "nosuch web:/", "lstat HERE/nosuch: no such file or directory" },
        { "web:/nosuch here", "Could not find the file /nosuch in container web" },
        { "web:/bin no/where/x", "invalid output path: directory \"HERE/no/where\" does not exist" },
        { "web:/bin file", "cannot copy directory" },
        { "web:/bin/busybox new/", "no such directory" },
        { "web:/a web:/b", "copying between containers is not supported" },
        { "file file2", "must specify at least one container source" },
        { "web: file2", "source can not be empty" },
        { "file nosuch:/", "No such container: nosuch" },
        { "- web:/bin/busybox", "destination \"web:/bin/busybox\" must be a directory" },
        { "file web:/dev/null", "destination \"web:/dev/null\" must be a directory or a regular file: got a device" },
        { "web:/bin/busybox /dev/null", "invalid output path: \"/dev/null\" must be a directory or a regular file: got a device" },
        { "file web:/proc/x", "" },
        { "file web:/read-only/x", "mounted volume is marked read-only" },
    };

    [KernelTheory(Instance.Usual)]
    [InlineData("running")]
    [InlineData("stopped")]
    public void What_goes_in_goes_where_dockers_rules_say(string state)
    {
        using Instance inro = WithSources();
        foreach ((string prepared, string source, string target, string expected) in Rules.Select(static row => row.Data))
        {
            inro.Ok("run", "-d", "--name", "web", "busybox", "sh", "-c", $"[ -e /ready ] || {{ {(prepared.Length > 0 ? prepared + " && " : "")}touch /ready; }}; " + Forever);
            Instance.WaitFor(() => inro.Run("exec", "web", "test", "-e", "/ready").ExitCode == 0, prepared);
            if (state == "stopped") { inro.Ok("stop", "-t", "0", "web"); }

            string[] words = source.Split(' ');
            inro.Ok(["cp", .. words[..^1], inro.Beside(words[^1]), target]);

            if (state == "stopped") { inro.Ok("start", "web"); }

            string path = expected[..expected.IndexOf('=', StringComparison.Ordinal)];
            string value = expected[(path.Length + 1)..];
            string found = value[0] == '>' ? ">" + inro.Ok("exec", "web", "readlink", path) : inro.Ok("exec", "web", "cat", path);
            Assert.Equal((source, target, value), (source, target, found.TrimEnd('\n')));
            inro.Ok("rm", "-f", "web");
        }
    }

    [KernelFact(Instance.Usual)]
    public void What_cannot_be_copied_is_refused_in_dockers_words()
    {
        using Instance inro = WithSources();
        inro.Ok("run", "-d", "--name", "web", "-v", inro.Beside("dir") + ":/read-only:ro", "busybox", "sh", "-c", Forever);
        foreach ((string line, string problem) in Refusals.Select(static row => row.Data))
        {
            string[] operands = [.. line.Split(' ').Select(w => w.StartsWith('/') || w.StartsWith('-') || w.Contains(':', StringComparison.Ordinal) ? w : inro.Beside(w))];

            ToolResult refused = inro.Run(["cp", .. operands]);

            Assert.Equal((line, 1), (line, refused.ExitCode));
            Assert.Contains(problem.Replace("HERE", inro.Beside("file")[..^5], StringComparison.Ordinal), refused.Error, StringComparison.Ordinal);
        }
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("running")]
    [InlineData("stopped")]
    [InlineData("created")]
    public void Volumes_binds_and_memory_are_seen_and_read_only_is_kept(string state)
    {
        using Instance inro = WithSources();
        string[] flags = ["--name", "web", "--read-only", "-v", "data:/data", "-v", inro.Beside("dir") + ":/a/b/host:ro", "--tmpfs", "/mem"];
        inro.Ok([.. state == "created" ? (string[])["create"] : ["run", "-d"], .. flags, "busybox", "sleep", "1000"]);
        if (state == "stopped") { inro.Ok("stop", "-t", "0", "web"); }

        inro.Ok("cp", inro.Beside("file"), "web:/data/");
        ToolResult root = inro.Run("cp", inro.Beside("file"), "web:/root/file");
        ToolResult bind = inro.Run("cp", inro.Beside("file"), "web:/a/b/host/file");
        inro.Ok("cp", "web:/a", inro.Beside("out"));
        if (state == "running") { inro.Ok("cp", inro.Beside("file"), "web:/mem/file"); }
        else { inro.Ok("start", "web"); }

        Assert.Contains("container rootfs is marked read-only", root.Error, StringComparison.Ordinal);
        Assert.Contains("mounted volume is marked read-only", bind.Error, StringComparison.Ordinal);
        Assert.Equal("two", File.ReadAllText(inro.Beside("out/b/host/sub/x")));
        Assert.Equal("one", inro.Ok("exec", "web", "cat", "/data/file"));
        if (state == "running") { Assert.Equal("one", inro.Ok("exec", "web", "cat", "/mem/file")); }
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("")]
    [InlineData("--userns=auto")]
    public void Owners_are_roots_or_the_archives_and_the_callers_outside(string flag)
    {
        using Instance inro = WithSources();
        Tool.Run("chown", ["1234:4321", inro.Beside("file")], TimeSpan.FromSeconds(5)).Ok();
        inro.Ok([.. ((string[])["run", "-d", flag, "--name", "web", "-v", "data:/data", "busybox", "sh", "-c", Forever]).Where(static w => w.Length > 0)]);
        foreach (string place in (string[])["/", "/data/", "/dev/shm/"])
        {
            inro.Ok("cp", inro.Beside("file"), $"web:{place}plain");
            inro.Ok("cp", "-a", inro.Beside("file"), $"web:{place}kept");
            Assert.Equal("0 0\n1234 4321\n", inro.Ok("exec", "web", "stat", "-c", "%u %g", place + "plain", place + "kept"));
        }

        inro.Ok("cp", "web:/kept", inro.Beside("mine"));
        inro.Ok("cp", "-a", "web:/kept", inro.Beside("kept"));
        inro.Ok("stop", "-t", "0", "web");
        inro.Ok("cp", "-a", inro.Beside("file"), "web:/later");
        inro.Ok("cp", inro.Beside("file"), "web:/roots");
        inro.Ok("start", "web");

        Assert.Equal("0:0", Owner(inro.Beside("mine")));
        Assert.Equal("1234:4321", Owner(inro.Beside("kept")));
        Assert.Equal("1234 4321\n0 0\n", inro.Ok("exec", "web", "stat", "-c", "%u %g", "/later", "/roots"));
    }

    [KernelFact(Instance.Usual)]
    public void Archives_go_both_ways_through_the_standard_streams()
    {
        using Instance inro = WithSources();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sh", "-c", Forever);
        byte[] tar = InroProcess.Run(["--root", inro.Root, "cp", "web:/bin", "-"], null, TimeSpan.FromSeconds(20), inro.Environment).Ok().OutputBytes;

        InroProcess.Run(["--root", inro.Root, "cp", "-", "web:/tmp"], tar, TimeSpan.FromSeconds(20), inro.Environment).Ok();

        Assert.Equal(inro.Ok("exec", "web", "sh", "-c", "cd /bin; ls -l"), inro.Ok("exec", "web", "sh", "-c", "cd /tmp/bin; ls -l"));
        Assert.Contains("Error processing tar file", InroProcess.Run(["--root", inro.Root, "cp", "-", "web:/tmp"], new byte[700].Select(static _ => (byte)'x').ToArray(), TimeSpan.FromSeconds(20), inro.Environment).Error, StringComparison.Ordinal);
    }

    private static string Owner(string path) => Tool.Run("stat", ["-c", "%u:%g", path], TimeSpan.FromSeconds(5)).Ok().Output.TrimEnd('\n');

    private static Instance WithSources() => Instance.With(static made =>
    {
        made.LoadBusybox();
        File.WriteAllText(made.Beside("file"), "one");
        Directory.CreateDirectory(made.Beside("dir/sub"));
        File.WriteAllText(made.Beside("dir/sub/x"), "two");
        File.CreateSymbolicLink(made.Beside("to-file"), "file");
        File.CreateSymbolicLink(made.Beside("to-dir"), "dir");
    });
}
