using System.Text;
using Inro.Engine.Attach;
using Inro.Engine.Containers;
using Inro.Engine.Logs;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <content>What runs, as whom, with which streams, mounts and labels.</content>
internal sealed partial class ContainerFlags
{
    private void AddBasic(FlagTable table)
    {
        table
            .List("annotation", '\0', "Add an annotation to the container (passed through to the OCI runtime)", v => Put(annotations, v), value: "map")
            .List("attach", 'a', "Attach to STDIN, STDOUT or STDERR", v => attach.Add(Stream(v)), offers: Completion.Of("stdin", "stdout", "stderr"))
            .Text("cidfile", '\0', "Write the container ID to the file", v => IdFile = v, offers: Completion.File)
            .Text("detach-keys", '\0', "Override the key sequence for detaching a container", SetDetachKeys)
            .Text("entrypoint", '\0', "Overwrite the default ENTRYPOINT of the image", v => config = config with { Entrypoint = v.Length == 0 ? [] : [v] })
            .List("env", 'e', "Set environment variables", v => environment.Add(EnvironmentArgument.FromFlag(v, host)))
            .List("env-file", '\0', "Read in a file of environment variables", environmentFiles.Add, offers: Completion.File)
            .List("group-add", '\0', "Add additional groups to join", groups.Add)
            .Text("hostname", 'h', "Container host name", v => config = config with { Hostname = v })
            .Switch("interactive", 'i', "Keep STDIN open even if not attached", v => config = config with { OpenStdin = v })
            .Switch("init", '\0', "Run an init inside the container that forwards signals and reaps processes", v => config = config with { Init = v })
            .List("label", 'l', "Set meta data on a container", v => Put(labels, v))
            .List("label-file", '\0', "Read in a line delimited file of labels", AddLabelFile, offers: Completion.File)
            .Text("log-driver", '\0', "Logging driver for the container", v => config = config with { LogDriver = v }, offers: Completion.Of([.. LogDriverNames.All]))
            .List("log-opt", '\0', "Log driver options", v => Put(logOptions, v), offers: Completion.Of([.. LogOptions.All.Select(static name => name + "=")]))
            .List("mount", '\0', "Attach a filesystem mount to the container", v => mounts.AddRange(MountArgument.ParseAll(v)), value: "mount")
            .Text("name", '\0', "Assign a name to the container", v => config = config with { Name = v })
            .Text("platform", '\0', "Set platform if server is multi-platform capable", v => (Platform, config) = (PlatformArgument.Parse(v), config with { Platform = v }))
            .Text("pull", '\0', "Pull image before running (\"always\", \"missing\", \"newer\", \"never\")", v => Pull = FlagValue.OneOf(v, "always", "missing", "newer", "never"), initially: "missing", offers: Completion.Of("always", "missing", "newer", "never"))
            .Switch("quiet", 'q', "Suppress the pull output", v => IsQuiet = v)
            .Switch("read-only", '\0', "Mount the container's root filesystem as read only", v => config = config with { ReadOnlyRootfs = v })
            .Text("restart", '\0', "Restart policy to apply when a container exits (no, on-failure[:max-retries], always, unless-stopped)", v => config = config with { Restart = RestartPolicy.Parse(v) }, initially: "no", offers: Completion.Of("no", "on-failure", "always", "unless-stopped"))
            .Switch("rm", '\0', "Automatically remove the container and its associated anonymous volumes when it exits", v => config = config with { AutoRemove = v })
            .List("secret", '\0', "Give the container a secret: NAME[,type=mount|env][,target=…][,uid=…][,gid=…][,mode=…]", v => secrets.Add(SecretArgument.Parse(v)), value: "secret", offers: Completion.Secret)
            .Text("stop-signal", '\0', "Signal to stop the container", v => config = config with { StopSignal = v })
            .Number("stop-timeout", '\0', "Timeout (in seconds) to stop a container", v => config = config with { StopTimeoutSeconds = (int)v }, least: -1, most: int.MaxValue)
            .List("storage-opt", '\0', "Storage driver options for the container", v => Put(storageOptions, v), offers: Completion.Of("size="))
            .List("tmpfs", '\0', "Mount a tmpfs directory", v => mounts.Add(MountText.ParseTmpfs(v)))
            .Switch("tty", 't', "Allocate a pseudo-TTY", v => config = config with { Tty = v })
            .Text("user", 'u', "Username or UID (format: <name|uid>[:<group|gid>])", v => config = config with { User = v })
            .List("volume", 'v', "Bind mount a volume", v => mounts.Add(MountText.Parse(v)), offers: Completion.File)
            .Text("volume-driver", '\0', "Optional volume driver for the container", v => config = config with { VolumeDriver = v })
            .List("volumes-from", '\0', "Mount volumes from the specified container(s)", volumesFrom.Add, offers: Completion.Container)
            .Text("workdir", 'w', "Working directory inside the container", v => config = config with { WorkingDirectory = v });
    }

    private void SetDetachKeys(string text)
    {
        _ = DetachKeys.Parse(text);
        config = config with { DetachKeys = text };
    }

    private static string Stream(string text) => FlagValue.OneOf(text.ToLowerInvariant(), "stdin", "stdout", "stderr");

    private void AddLabelFile(string path)
    {
        foreach (string line in Encoding.UTF8.GetString(HostPath.ReadSmall(path, EnvironmentArgument.MaxFileBytes)).Split('\n'))
        {
            string text = line.Trim();
            if (text.Length > 0 && text[0] != '#') { Put(labels, text); }
        }
    }
}
