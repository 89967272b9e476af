using Inro.Server;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Help of the program and of each verb, in the order of runc's.</summary>
internal static class OciHelp
{
    private const string Globals = """
        USAGE:
           inro-oci [global options] command [command options] [arguments...]

        COMMANDS:
           checkpoint  write a running container to disk, with criu
           create    make a container from a bundle; its program waits for start
           delete    give back everything that a stopped container holds
           events    print a container's statistics and its out-of-memory events
           exec      run a further process in a container
           features  print what this runtime can do, as JSON
           kill      send a signal to a container
           list      list the containers of this root directory
           pause     let all processes of a container stand still
           ps        list the processes of a container
           restore   make a container from what a checkpoint wrote
           resume    let the processes of a paused container run on
           run       create and start a container
           spec      write a config.json to begin with
           start     run the program of a created container
           state     describe a container as JSON
           update    change the limits of a container
           help, h   show this, or the help of one command

        GLOBAL OPTIONS:
           --debug                 write debug messages to the log
           --log value             file for messages; without it they go to standard error
           --log-format value      'text' or 'json' (default: "text")
           --root value            directory of the containers' states (default: "/run/inro-oci"; $XDG_RUNTIME_DIR/inro-oci for ordinary users)
           --systemd-cgroup        the same as --cgroup-manager systemd
           --cgroup-manager value  who makes cgroups: 'cgroupfs', 'systemd' or 'disabled' (default: "cgroupfs")
           --rootless value        leave cgroups alone that are not delegated: 'true', 'false', or 'auto', which does it for ordinary users (default: "auto")
           --criu value            the criu program (default: "criu")
           --help, -h              show help
           --version, -v           show the version

        """;

    /// <summary>The help of a verb, or of the program.</summary>
    public static string Of(string verb) => OciVerbHelp.Of(verb) is { } help
        ? $"NAME:\n   inro-oci {verb} - {help.Summary}\n\nUSAGE:\n   inro-oci {verb} {help.Usage}\n{Section("DESCRIPTION", help.Description)}{Section("OPTIONS", help.Options)}"
        : $"NAME:\n   inro-oci - OCI container runtime\n\nVERSION:\n   {ProductVersion.Text}\n   spec: {OciCommand.SpecVersion}\n\n{Globals}";

    private static string Section(string title, string text) =>
        text.Length == 0 ? "" : $"\n{title}:\n   {text.ReplaceLineEndings("\n   ").TrimEnd()}\n";
}
