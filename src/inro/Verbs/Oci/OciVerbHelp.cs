namespace Inro.Cli.Verbs.Oci;

/// <summary>What the help of one verb says.</summary>
internal sealed record OciVerbHelp(string Summary, string Usage, string Description = "", string Options = "")
{
    private const string Id = "<container-id>";

    private const string Launch = """
        --console-socket value    unix socket that gets the master of the process's terminal
        --pidfd-socket value      unix socket that gets a descriptor of the process
        --pid-file value          file that gets the process's id
        --preserve-fds value      further descriptors for the process, from 3 upwards (after those of $LISTEN_FDS) (default: 0)

        """;

    private const string Create = """
        --bundle value, -b value  directory of the bundle (default: the current directory)
        --no-pivot                keep the old root below the new one, for a rootfs on an initial ramdisk
        --no-new-keyring          stay in the caller's session keyring

        """;

    /// <summary>Null: there is no such verb.</summary>
    public static OciVerbHelp? Of(string verb) => verb switch
    {
        "create" => new("make a container; its program waits for start", $"[command options] {Id}", BundleText, Create + Launch),
        "run" => new("create and start a container", $"[command options] {Id}", BundleText, Create + Launch + """
            --detach, -d              return when the program runs
            --keep                    do not delete the container when its program ends
            --no-subreaper            accepted; children of the container are never this program's to wait for

            """),
        "checkpoint" => new("write a running container to disk, with criu", $"[command options] {Id}", CheckpointText, """
            --image-path value           directory that gets criu's images (default: "./checkpoint")
            --work-path value            directory for criu's log (default: that of the images)
            --parent-path value          directory of an earlier pre-dump, relative to the images: only memory that changed since is written
            --leave-running              let the container run on
            --pre-dump                   write memory alone, and let the container run on

            """ + Shared + """
            --tcp-skip-in-flight         leave out TCP connections that are just being made
            --link-remap                 give files that were deleted while open a name meanwhile
            --status-fd value            descriptor that gets a zero byte when lazy pages can be asked for (default: -1)
            --page-server value          ADDRESS:PORT of a page server that gets the memory
            """),
        "restore" => new("make a container from what a checkpoint wrote", $"[command options] {Id}", RestoreText, """
            --console-socket value       unix socket that gets the master of the process's terminal
            --image-path value           directory of criu's images (default: "./checkpoint")
            --work-path value            directory for criu's log (default: that of the images)
            --bundle value, -b value     directory of the bundle (default: the current directory)
            --detach, -d                 return when the container runs
            --pid-file value             file that gets the process's id
            --no-subreaper               accepted; children of the container are never this program's to wait for
            --no-pivot                   accepted; criu changes the root as it did when the container was written

            """ + Shared + """
            --lsm-profile value          restore under this profile, TYPE:NAME, instead of the written one
            --lsm-mount-context value    SELinux label of mounts instead of the written one
            """),
        "start" => new("run the program of a created container", Id),
        "state" => new("describe a container as JSON", Id),
        "kill" => new("send a signal to the first process of a container", $"[command options] {Id} [signal]",
            "The signal is a name or a number (default: SIGTERM).", "--all, -a  send it to all processes of the container"),
        "delete" => new("give back everything that a stopped container holds", $"[command options] {Id}", "",
            "--force, -f  end it with SIGKILL if it runs; no such container is no error"),
        "list" => new("list the containers of this root directory", "[command options]", "", """
            --format value, -f value  'table' or 'json' (default: "table")
            --quiet, -q               print ids only
            """),
        "ps" => new("list the processes of a container", $"[command options] {Id} [ps options]",
            "The table is that of the host's ps, with its options (default: -ef), without other processes.",
            "--format value, -f value  'table' or 'json' (default: \"table\")"),
        "pause" => new("let all processes of a container stand still", Id),
        "resume" => new("let the processes of a paused container run on", Id),
        "exec" => new("run a further process in a container", $"[command options] {Id} <command> [arguments...]  || -p process.json {Id}",
            "The process is like the container's first one but for what is said here. A failure to start it ends with status 255.", Launch + Exec),
        "update" => new("change the limits of a container", $"[command options] {Id}", UpdateText, Update),
        "events" => new("print a container's statistics and its out-of-memory events", $"[command options] {Id}",
            "One JSON document per line, until the container ends.", """
            --interval value  time between statistics (default: 5s)
            --stats           print statistics once
            """),
        "spec" => new("write a config.json to begin with", "[command options]",
            "Its program is sh, in the directory rootfs beside it. An existing file is not touched.", """
            --bundle value, -b value  directory to write to (default: the current directory)
            --rootless                for a container of an ordinary user, in a user namespace
            """),
        "features" => new("print what this runtime can do, as JSON", "", "The document is the one that features.md of the OCI runtime specification describes."),
        _ => null,
    };

    private const string CheckpointText = "The container is ended and deleted when it is written, unless it is left running. If it cannot be written, it runs on. Needs root and criu.";

    private const string RestoreText = "The bundle must be the one that the container had, with the same files. The id must be free. Needs root and criu.";

    private const string Shared = """
        --tcp-established            take open TCP connections along
        --ext-unix-sk                allow connections to unix sockets outside
        --shell-job                  allow a container that hangs on a terminal outside
        --file-locks                 take file locks along
        --lazy-pages                 serve memory, or fetch it, when it is first touched
        --auto-dedup                 remove pages from the parent's images that are written again
        --manage-cgroups-mode value  'soft' (default), 'full', 'strict' or 'ignore'
        --empty-ns value             'network': make it without what was in it, which is always done

        """;

    private const string BundleText = "The bundle is a directory with a config.json and a root file system. The id must be free.";

    private const string Exec = """
        --process value, -p value  file with the process as JSON; replaces the flags below and the command
        --cwd value                working directory
        --env value, -e value      NAME=value; may be repeated
        --tty, -t                  give it a terminal
        --user value, -u value     uid[:gid]
        --additional-gids value, -g value  a further group; may be repeated
        --cap value, -c value      a further capability; may be repeated
        --no-new-privs             no program gains privileges by being executed
        --apparmor value           AppArmor profile
        --process-label value      SELinux label
        --cgroup value             [controllers:]path of an existing cgroup below the container's; may be repeated with controllers
        --ignore-paused            exec in a paused container too; the process waits with it
        --detach, -d               return when the program runs

        """;

    private const string UpdateText = "Sizes may end with b, k, m, g, t or p. What is not given stays as it is. With --resources the other limits are not read.";

    private const string Update = """
        --resources value, -r value  file with linux.resources as JSON; '-' is standard input
        --blkio-weight value         weight of block devices, 10 to 1000
        --cpu-period value           period of the quota in microseconds
        --cpu-quota value            processor time in microseconds per period
        --cpu-burst value            processor time in microseconds that may be saved up
        --cpu-share value            weight among others, 1024 is normal
        --cpu-rt-period value        period of the real-time quota in microseconds
        --cpu-rt-runtime value       real-time processor time in microseconds per period
        --cpu-idle value             1: run only when nothing else does; 0: normally
        --cpuset-cpus value          processors
        --cpuset-mems value          memory nodes
        --memory value               limit of memory; -1: none
        --memory-reservation value   memory that is kept longest
        --memory-swap value          limit of memory and swap together; -1: none
        --kernel-memory value        without effect
        --kernel-memory-tcp value    without effect
        --pids-limit value           number of tasks; -1: no limit
        --l3-cache-schema value      cache line of Intel RDT
        --mem-bw-schema value        bandwidth line of Intel RDT
        """;
}
