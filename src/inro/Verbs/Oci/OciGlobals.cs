using Inro.Linux.Processes;
using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags before the verb.</summary>
internal sealed class OciGlobals
{
    public string Root { get; private set; } = "";

    public string? Log { get; private set; }

    public string LogFormat { get; private set; } = "text";

    public bool Debug { get; private set; }

    public bool Version { get; private set; }

    public bool Help { get; private set; }

    /// <summary>Reads them; <paramref name="verb"/> is the index of the first argument that is none.</summary>
    public static OciGlobals Read(string[] arguments, out int verb)
    {
        var globals = new OciGlobals();
        int at = 0;
        while (at < arguments.Length && arguments[at].StartsWith('-')) { at = globals.Take(arguments, at); }

        verb = at;
        if (globals.Root.Length == 0) { globals.Root = DefaultRoot(); }

        return globals;
    }

    /// <summary>Opens the runtime.</summary>
    public ContainerRuntime Open() => new(Root, Root + "/.filters");

    private int Take(string[] arguments, int at)
    {
        string flag = arguments[at].TrimStart('-');
        int equals = flag.IndexOf('=', StringComparison.Ordinal);
        string? value = equals >= 0 ? flag[(equals + 1)..] : null;
        if (equals >= 0) { flag = flag[..equals]; }

        switch (flag)
        {
            case "debug":
                Debug = value is null or "true";
                return at + 1;
            case "systemd-cgroup": // accepted: cgroups are made directly, as without it
                return at + 1;
            case "version" or "v":
                Version = true;
                return at + 1;
            case "help" or "h":
                Help = true;
                return at + 1;
        }

        int next = at + 1;
        if (value is null)
        {
            if (next == arguments.Length) { throw new OciUsageException($"flag needs an argument: --{flag}"); }

            value = arguments[next++];
        }

        switch (flag)
        {
            case "root":
                Root = System.IO.Path.GetFullPath(value);
                break;
            case "log":
                Log = value;
                break;
            case "log-format":
                LogFormat = value is "text" or "json" ? value : throw new OciUsageException($"invalid log-format: {value}");
                break;
            case "rootless" or "criu":
                break;
            default:
                throw new OciUsageException($"flag provided but not defined: -{flag}");
        }

        return next;
    }

    private static string DefaultRoot() => EffectiveIds.User == 0
        ? "/run/inro-oci"
        : (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? $"/tmp/inro-{EffectiveIds.User}") + "/inro-oci";
}
