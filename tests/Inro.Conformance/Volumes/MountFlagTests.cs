using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Volumes;

/// <summary>What <c>-v</c>, <c>--mount</c> and <c>--volumes-from</c> mount.</summary>
public sealed class MountFlagTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [KernelTheory(Instance.Usual)]
    [InlineData("-v {0}:/data:ro", false, false)]
    [InlineData("-v {0}:/data:rro", false, false)]
    [InlineData("--mount type=bind,src={0},dst=/data,readonly", false, false)]
    [InlineData("--mount type=bind,src={0},dst=/data,readonly,bind-recursive=writable", false, true)]
    [InlineData("--mount type=bind,src={0},dst=/data,readonly,bind-recursive=readonly,bind-propagation=rprivate", false, false)]
    [InlineData("--mount type=bind,src={0},dst=/data", true, true)]
    public void Read_only_reaches_what_is_mounted_below_as_docker_has_it(string flags, bool top, bool below)
    {
        using Instance inro = Instance.WithBusybox();
        string source = inro.Beside("source");
        Directory.CreateDirectory(source + "/below");
        Tool.Run("mount", ["-t", "tmpfs", "tmpfs", source + "/below"], Deadline).Ok();
        try
        {
            string[] arguments = ["run", "--rm", .. string.Format(System.Globalization.CultureInfo.InvariantCulture, flags, source).Split(' '), "busybox", "sh", "-c", "touch /data/x 2>/dev/null; echo $?; touch /data/below/x 2>/dev/null; echo $?; stat -f -c %T /data/below"];
            Assert.Equal($"{(top ? 0 : 1)}\n{(below ? 0 : 1)}\ntmpfs\n", inro.Ok(arguments));
        }
        finally { Tool.Run("umount", [source + "/below"], Deadline).Ok(); }
    }

    [KernelFact(Instance.Usual)]
    public void A_part_of_a_volume_is_mounted_and_no_link_in_it_leads_out()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "mkdir -p /data/a/b; echo text > /data/a/b/file; ln -s /etc /data/out; ln -s a/b /data/inside");

        Assert.Equal("text\n", inro.Ok("run", "--rm", "--mount", "type=volume,src=data,dst=/part,volume-subpath=a/b", "busybox", "cat", "/part/file"));
        Assert.Equal("text\n", inro.Ok("run", "--rm", "--mount", "type=volume,src=data,dst=/part,volume-subpath=inside", "busybox", "cat", "/part/file"));
        Assert.Equal("text\n", inro.Ok("run", "--rm", "--mount", "type=volume,src=data,dst=/part,volume-subpath=a/b/file", "busybox", "cat", "/part"));
        Assert.Contains("cannot access path", inro.Run("run", "--rm", "--mount", "type=volume,src=data,dst=/part,volume-subpath=out", "busybox", "ls", "/part").Error, StringComparison.Ordinal);
        Assert.Contains("subpath must be a relative path", inro.Run("run", "--rm", "--mount", "type=volume,src=data,dst=/part,volume-subpath=../x", "busybox", "true").Error, StringComparison.Ordinal);
        Assert.Empty(Places(inro));
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void Another_images_files_are_there_for_reading_or_with_what_is_written_thrown_away()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("tag", "busybox", "other");

        Assert.Equal("1\n", inro.Ok("run", "--rm", "--mount", "type=image,src=other,dst=/image", "busybox", "sh", "-c", "test -e /image/bin/busybox && touch /image/x 2>/dev/null; echo $?"));
        Assert.Equal("0\n", inro.Ok("run", "--rm", "--mount", "type=image,src=other,dst=/image,rw=true", "busybox", "sh", "-c", "touch /image/x; echo $?"));
        Assert.Contains("busybox", inro.Ok("run", "--rm", "--mount", "type=image,src=other,dst=/image,image-subpath=bin", "busybox", "ls", "/image"), StringComparison.Ordinal);
        ToolResult missing = inro.Run("run", "--rm", "--mount", "type=image,src=nosuch,dst=/image", "busybox", "true");
        Assert.Equal((125, "inro: invalid mount config for type \"image\": No such image: nosuch"), (missing.ExitCode, missing.Error.Split('\n')[0]));
        Assert.Empty(Places(inro));
    }

    [KernelFact(Instance.Usual)]
    public void An_overlay_over_a_directory_keeps_it_as_it_is()
    {
        using Instance inro = Instance.WithBusybox();
        Directory.CreateDirectory(inro.Beside("source"));
        File.WriteAllText(inro.Beside("source") + "/file", "old\n");

        Assert.Equal("old\nnew\n", inro.Ok("run", "--rm", "-v", inro.Beside("source") + ":/data:O", "busybox", "sh", "-c", "cat /data/file; echo new > /data/file; cat /data/file"));
        inro.Ok("run", "--rm", "-v", $"{inro.Beside("source")}:/data:O,upperdir={inro.Beside("upper")},workdir={inro.Beside("work")}", "busybox", "sh", "-c", "echo kept > /data/kept");

        Assert.Equal("old\n", File.ReadAllText(inro.Beside("source") + "/file"));
        Assert.Equal("kept\n", File.ReadAllText(inro.Beside("upper") + "/kept"));
        Assert.Empty(Places(inro));
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void A_source_is_given_to_the_containers_user_or_its_ids_are_mapped()
    {
        using Instance inro = Instance.WithBusybox();
        Directory.CreateDirectory(inro.Beside("source") + "/dir");
        File.WriteAllText(inro.Beside("source") + "/dir/file", "");

        Assert.Equal("0\n", inro.Ok("run", "--rm", "-v", inro.Beside("source") + ":/data", "busybox", "stat", "-c", "%u", "/data/dir/file"));
        Assert.Equal("7000\n", inro.Ok("run", "--rm", "-v", inro.Beside("source") + ":/data:idmap=uids=0-7000-1;gids=0-7000-1", "busybox", "stat", "-c", "%u", "/data/dir/file"));
        Assert.Equal("1234:55\n", inro.Ok("run", "--rm", "-u", "1234:55", "-v", inro.Beside("source") + ":/data:U", "busybox", "stat", "-c", "%u:%g", "/data/dir/file"));
        Assert.Contains("invalid idmap 'nonsense'", inro.Run("run", "--rm", "-v", inro.Beside("source") + ":/data:idmap=nonsense", "busybox", "true").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void Volumes_of_another_container_come_along_and_own_ones_go_before_them()
    {
        using Instance inro = Instance.WithBusybox();
        Directory.CreateDirectory(inro.Beside("bound"));
        inro.Ok("create", "--name", "store", "-v", "data:/data", "-v", inro.Beside("bound") + ":/bound", "-v", "/unnamed", "--tmpfs", "/memory", "busybox");

        Assert.Equal("0\n0\n1\n", inro.Ok("run", "--rm", "--volumes-from", "store", "busybox", "sh", "-c", "touch /data/x; echo $?; touch /bound/x; echo $?; test -e /memory; echo $?"));
        Assert.Equal("1\n0\n", inro.Ok("run", "--rm", "--volumes-from", "store:ro", "-v", "own:/bound", "busybox", "sh", "-c", "touch /data/y 2>/dev/null; echo $?; touch /bound/y; echo $?"));
        Assert.Equal(["x"], Directory.EnumerateFiles(inro.Beside("bound")).Select(Path.GetFileName));
        Assert.Equal("inro: No such container: nosuch", inro.Run("run", "--rm", "--volumes-from", "nosuch", "busybox").Error.Split('\n')[0]);
        Assert.Contains("invalid mode \"nonsense\"", inro.Run("run", "--rm", "--volumes-from", "store:nonsense", "busybox").Error, StringComparison.Ordinal);
        Assert.Equal("""["store:ro"]""" + "\n", inro.Ok("inspect", "-f", "{{json .HostConfig.VolumesFrom}}", inro.Ok("create", "--volumes-from", "store:ro", "busybox").TrimEnd('\n')));
    }

    [KernelFact(Instance.Usual)]
    public void Each_file_that_a_pattern_matches_is_bound()
    {
        using Instance inro = Instance.WithBusybox();
        Directory.CreateDirectory(inro.Beside("dir"));
        foreach (string name in (string[])["a1", "a2", "b1"]) { File.WriteAllText($"{inro.Beside("dir")}/{name}", name); }

        Assert.Equal("a1\na2\n", inro.Ok("run", "--rm", "--mount", $"type=glob,src={inro.Beside("dir")}/a*,dst=/found,ro", "busybox", "ls", "/found"));
        Assert.Contains("no file paths matching glob", inro.Run("run", "--rm", "--mount", $"type=glob,src={inro.Beside("dir")}/c*,dst=/found", "busybox").Error, StringComparison.Ordinal);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("type=tmpfs,dst=/m,tmpfs-size=1m,tmpfs-mode=700,exec", "tmpfs 700")]
    [InlineData("type=ramfs,dst=/m,tmpfs-mode=711", "ramfs 711")]
    [InlineData("type=devpts,dst=/m,mode=0600,max=5", "devpts 755")]
    public void File_systems_of_the_kernel_are_mounted(string mount, string expected)
    {
        using Instance inro = Instance.WithBusybox();

        Assert.Equal(expected + "\n", inro.Ok("run", "--rm", "--mount", mount, "busybox", "sh", "-c", "awk '$2==\"/m\" {print $3}' /proc/mounts | tr '\\n' ' '; stat -c %a /m"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("type=bind,src=/tmp,dst=/x,bind-recursive=readonly", "option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction")]
    [InlineData("type=bind,src=/tmp,dst=/x,bind-recursive=nonsense", "invalid value for bind-recursive: nonsense (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")")]
    [InlineData("type=bind,src=/tmp,dst=/x,volume-nocopy", "volume-nocopy does not fit a mount of type bind")]
    [InlineData("type=nonsense,dst=/x", "invalid mount type 'nonsense'")]
    [InlineData("type=volume,src=v1,dst=/x,nonsense=1", "unexpected key 'nonsense' in 'nonsense=1'")]
    public void What_cannot_be_is_refused(string mount, string told)
    {
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Run("run", "--mount", mount, "busybox");

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_missing_directory_of_the_host_is_made_with_a_note_or_refused_by_configuration()
    {
        using Instance inro = Instance.WithBusybox();
        string missing = inro.Beside("missing");

        Assert.Contains($"{missing} did not exist on the host and was made", inro.Run("run", "--rm", "-v", missing + ":/data", "busybox", "true").Error, StringComparison.Ordinal);
        Directory.Delete(missing);
        inro.Ok("run", "--rm", "--mount", $"type=bind,src={missing},dst=/data,bind-create-src", "busybox", "true");
        Directory.Delete(missing);
        File.WriteAllText(inro.Beside("config.toml"), "[containers]\nmissing-bind-source = \"refuse\"\n");
        inro.Environment["INRO_CONFIG"] = inro.Beside("config.toml");
        ToolResult refused = inro.Run("run", "--rm", "-v", missing + ":/data", "busybox", "true");

        Assert.Equal((125, $"inro: invalid mount config for type \"bind\": bind source path does not exist: {missing}"), (refused.ExitCode, refused.Error.Split('\n')[0]));
        Assert.False(Directory.Exists(missing));
    }

    private static string[] Places(Instance inro) =>
    [
        .. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains($"{inro.Root}/run/mounts/", StringComparison.Ordinal)),
        .. Directory.Exists(inro.Root + "/run/mounts") ? Directory.EnumerateFileSystemEntries(inro.Root + "/run/mounts") : [],
    ];
}
