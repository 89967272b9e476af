using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Volumes;

/// <summary><c>inro volume …</c>.</summary>
public sealed class VolumeVerbTests
{
    [KernelFact(Instance.Usual)]
    public void A_volume_is_made_listed_looked_at_and_removed_in_dockers_words()
    {
        using Instance inro = Instance.Empty();

        Assert.Equal("data\n", inro.Ok("volume", "create", "--label", "a=1", "--label", "b", "data"));
        Assert.Equal("data\n", inro.Ok("volume", "create", "data")); // as docker: the one that is there
        string unnamed = inro.Ok("volume", "create").TrimEnd('\n');
        JsonElement shown = JsonDocument.Parse(inro.Ok("volume", "inspect", "data")).RootElement[0];

        Assert.Matches("^[0-9a-f]{64}$", unnamed);
        Assert.Equal(["CreatedAt", "Driver", "Labels", "Mountpoint", "Name", "Options", "Scope"], shown.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("""{"a":"1","b":""}""", JsonSerializer.Serialize(shown.GetProperty("Labels")));
        Assert.Equal((JsonValueKind.Null, "local", "local"), (shown.GetProperty("Options").ValueKind, shown.GetProperty("Driver").GetString(), shown.GetProperty("Scope").GetString()));
        Assert.Equal($"{inro.Root}/volumes/data/_data", shown.GetProperty("Mountpoint").GetString());
        Assert.Equal("data local\n", inro.Ok("inspect", "-f", "{{.Name}} {{.Driver}}", "data"));
        Assert.Equal("inro: get nosuch: no such volume", inro.Run("inspect", "--type", "volume", "nosuch").Error.Split('\n')[0]);
        Assert.Equal("DRIVER    VOLUME NAME\nlocal     data\n", inro.Ok("volume", "ls", "-f", "name=^da"));
        Assert.Equal($"{unnamed}\n", inro.Ok("volume", "ls", "-q", "--filter", "label=com.docker.volume.anonymous"));
        Assert.Equal("data\n", inro.Ok("volume", "ls", "-q", "--filter", "label=a=1", "--filter", "label=b"));
        Assert.Equal("", inro.Ok("volume", "ls", "-q", "--filter", "driver=other"));
        Assert.Equal("data a=1,b= 1\n", inro.Ok("volume", "ls", "--filter", "name=data", "--format", "{{.Name}} {{.Labels}} {{.Label \"a\"}}"));
        Assert.Equal(0, inro.Run("volume", "exists", "data").ExitCode);
        Assert.Equal($"data\n{unnamed}\n", inro.Ok("volume", "rm", "data", unnamed));
        Assert.Equal(1, inro.Run("volume", "exists", "data").ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(inro.Root + "/volumes"));
        Assert.Equal("inro: get data: no such volume", inro.Run("volume", "rm", "data").Error.Split('\n')[0]);
        Assert.Equal("data\n", inro.Ok("volume", "rm", "-f", "data"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("create a!b", "create a!b: \"a!b\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    [InlineData("create x", "create x: volume name is too short, names should be at least two alphanumeric characters")]
    [InlineData("create -o nonsense=1 data", "create data: invalid option: \"nonsense\"")]
    [InlineData("create -o type=tmpfs data", "create data: missing required option: \"device\"")]
    [InlineData("create -d nonsense data", "create data: error looking up volume plugin nonsense: plugin \"nonsense\" not found")]
    [InlineData("inspect data", "get data: no such volume")]
    [InlineData("ls --filter dangling=maybe", "invalid filter 'dangling=[maybe]'")]
    [InlineData("create --type block data", "invalid argument \"block\" for \"--type\" flag: this is for the volumes of a swarm, and there is no swarm here")]
    public void What_docker_refuses_is_refused_in_its_words(string line, string problem)
    {
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Run(["volume", .. line.Split(' ')]);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal("inro: " + problem, refused.Error.Split('\n')[0]);
        Assert.Equal("", inro.Ok("volume", "ls", "-q"));
    }

    [KernelFact(Instance.Usual)]
    public void A_volume_that_a_container_has_is_in_use_until_the_container_is_gone()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("create", "-v", "data:/data", "busybox").TrimEnd('\n');

        ToolResult refused = inro.Run("volume", "rm", "data");
        Assert.Equal((1, $"inro: remove data: volume is in use - [{id}]"), (refused.ExitCode, refused.Error.Split('\n')[0]));
        Assert.Equal("", inro.Ok("volume", "ls", "-q", "--filter", "dangling=true"));
        Assert.Equal("data\n", inro.Ok("volume", "ls", "-q", "--filter", "dangling=false"));
        Assert.Equal("Total reclaimed space: 0B\n", inro.Ok("volume", "prune", "-a", "-f"));
        inro.Ok("rm", id);
        Assert.Equal("data\n", inro.Ok("volume", "ls", "-q", "--filter", "dangling=true"));
        inro.Ok("volume", "rm", "data");
    }

    [KernelFact(Instance.Usual)]
    public void Prune_takes_those_without_a_name_and_with_all_the_others_too()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "--label", "keep", "kept");
        inro.Ok("run", "--rm", "-v", "named:/data", "busybox", "dd", "if=/dev/zero", "of=/data/file", "bs=1024", "count=100");
        inro.Ok("create", "--name", "box", "-v", "/data", "busybox");
        inro.Ok("rm", "box");
        string unnamed = inro.Ok("volume", "ls", "-q", "--filter", "label=com.docker.volume.anonymous").TrimEnd('\n');

        string asked = inro.Feed("n\n", "volume", "prune").Output;
        Assert.Equal("WARNING! This will remove anonymous local volumes not used by at least one container.\nAre you sure you want to continue? [y/N] ", asked);
        Assert.StartsWith($"Deleted Volumes:\n{unnamed}\n\nTotal reclaimed space: ", inro.Ok("volume", "prune", "-f"), StringComparison.Ordinal);
        Assert.StartsWith("Would Delete Volumes:\nnamed\n\nTotal reclaimable space: 1", inro.Ok("volume", "prune", "-a", "--dry-run", "--filter", "label!=keep"), StringComparison.Ordinal);
        Assert.StartsWith("Deleted Volumes:\nnamed\n\nTotal reclaimed space: 1", inro.Ok("volume", "prune", "--filter", "all=1", "-f", "--filter", "label!=keep"), StringComparison.Ordinal);
        Assert.Equal("kept\n", inro.Ok("volume", "ls", "-q"));
        Assert.Equal(["create", "create", "mount", "unmount", "create", "destroy", "prune", "destroy", "prune"], Actions(inro));
    }

    [KernelFact(Instance.Usual)]
    public void An_owner_is_given_and_stays_whatever_the_image_has()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "--uid", "1234", "--gid", "567", "data");

        Assert.Equal("1234:567\n", inro.Ok("run", "--rm", "-v", "data:/etc", "busybox", "stat", "-c", "%u:%g", "/etc"));
        Assert.Contains("passwd", inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "ls", "/data"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_volume_that_is_empty_gets_the_images_content_and_one_that_is_not_keeps_its_own()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("volume", "create", "data");
        Assert.Contains("passwd", inro.Ok("run", "--rm", "-v", "data:/etc", "busybox", "ls", "/etc"), StringComparison.Ordinal);
        inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "rm -rf /data/*");
        Assert.Equal("", inro.Ok("run", "--rm", "-v", "data:/etc:nocopy", "busybox", "ls", "/etc").Replace("hostname\nhosts\nresolv.conf\n", "", StringComparison.Ordinal));
        inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "rm -rf /data/*; echo mine > /data/own");

        Assert.DoesNotContain("passwd", inro.Ok("run", "--rm", "-v", "data:/etc", "busybox", "ls", "/etc"), StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText($"{inro.Root}/volumes/data/_data/own"));
    }

    [KernelFact(Instance.Usual)]
    public void The_content_goes_into_an_archive_and_comes_back_to_the_attribute()
    {
        using Instance inro = Instance.WithBusybox();
        const string Make = "cd /data; echo text > file; chown 12:34 file; chmod 4751 file; ln file hard; ln -s /nowhere link; mkdir -p dir/.wh.x; mkfifo pipe; mknod null c 1 3; touch -d '2001-02-03 04:05:06' file; touch .wh.file";
        const string Tell = "cd /data; find . | sort | while read f; do stat -c '%n %F %a %u:%g %s %h %t:%T' \"$f\"; done; stat -c %Y file; readlink link; cat hard";
        inro.Ok("run", "--rm", "-v", "one:/data", "busybox", "sh", "-c", Make);
        string archive = inro.Beside("content.tar");

        inro.Ok("volume", "export", "-o", archive, "one");
        inro.Ok("volume", "create", "two");
        inro.Ok("volume", "import", "two", archive);

        string was = inro.Ok("run", "--rm", "-v", "one:/data", "busybox", "sh", "-c", Tell);
        Assert.Contains("./dir/.wh.x directory", was, StringComparison.Ordinal);
        Assert.Equal(was, inro.Ok("run", "--rm", "-v", "two:/data", "busybox", "sh", "-c", Tell));
        Assert.Equal("inro: get three: no such volume", inro.Run("volume", "import", "three", archive).Error.Split('\n')[0]);
        File.WriteAllText(archive, "this is no archive");
        Assert.Equal(1, inro.Run("volume", "import", "two", archive).ExitCode);
    }

    [KernelFact(Instance.Usual)]
    public void Completion_knows_the_names_of_volumes_and_secrets()
    {
        using Instance inro = Instance.Empty();
        inro.Ok("volume", "create", "data");
        inro.Ok("volume", "create", "other");
        inro.Feed("x", "secret", "create", "key", "-").Ok();

        Assert.Equal("data\tlocal\n", InroProcess.Run(["internal", "complete", "--root", inro.Root, "volume", "rm", "da"], null, TimeSpan.FromSeconds(20), null).Output);
        Assert.StartsWith("key\t", InroProcess.Run(["internal", "complete", "--root", inro.Root, "run", "--secret", ""], null, TimeSpan.FromSeconds(20), null).Output, StringComparison.Ordinal);
    }

    private static string[] Actions(Instance inro) =>
        inro.Ok("events", "--since", "1h", "--until", "0s", "--filter", "type=volume", "--format", "{{.Action}}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
