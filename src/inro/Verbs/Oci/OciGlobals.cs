using Inro.Linux.Namespaces;
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

    /// <summary>Who makes cgroups; the last flag that names one holds.</summary>
    public CgroupManager CgroupManager { get; private set; }

    /// <summary>Whether cgroups that are not delegated are left alone; null: for ordinary users only.</summary>
    public bool? LeavesUndelegated { get; private set; }

    /// <summary>The criu program: a path, or a name to be found on PATH.</summary>
    public string Criu { get; private set; } = "criu";

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

        if (TakeSwitch(flag, value)) { return at + 1; }

        if (flag is not ("root" or "log" or "log-format" or "rootless" or "criu" or "cgroup-manager"))
        {
            throw new OciUsageException($"flag provided but not defined: -{flag}", "");
        }

        int next = at + 1;
        if (value is null) { value = next < arguments.Length ? arguments[next++] : throw new OciUsageException($"flag needs an argument: -{flag}", ""); }

        TakeValue(flag, value);
        return next;
    }

    private bool TakeSwitch(string flag, string? value)
    {
        bool isOn = value is null or "1" or "t" or "T" or "true" or "TRUE" or "True";
        switch (flag)
        {
            case "debug": Debug = isOn; return true;
            case "systemd-cgroup": CgroupManager = isOn ? CgroupManager.Systemd : CgroupManager.Files; return true;
            case "version" or "v": Version = isOn; return true;
            case "help" or "h": Help = isOn; return true;
            default: return false;
        }
    }

    private void TakeValue(string flag, string value)
    {
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
            case "rootless":
                LeavesUndelegated = value is "auto" ? null : value is "true" or "false" ? value is "true" : throw new OciUsageException($"invalid value \"{value}\" for flag -rootless: auto, true or false");
                break;
            case "criu":
                Criu = value;
                break;
            case "cgroup-manager":
                CgroupManager = value switch
                {
                    "cgroupfs" => CgroupManager.Files,
                    "systemd" => CgroupManager.Systemd,
                    "disabled" => CgroupManager.Disabled,
                    _ => throw new OciUsageException($"unknown cgroup manager \"{value}\": cgroupfs, systemd or disabled"),
                };
                break;
        }
    }

    private static string DefaultRoot() =>
        DefaultRoot(EffectiveIds.User, Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), Environment.GetEnvironmentVariable("USER"), static () => UserNamespace.IsInitial);

    /// <summary>Where states are if nobody says: as runc has it, so that engines that run as an ordinary user's root (podman) find a directory of the user's.</summary>
    /// <param name="user">The effective user id.</param>
    /// <param name="runtimeDirectory">XDG_RUNTIME_DIR.</param>
    /// <param name="name">USER: in a namespace, root's own variable may have come along from a session of root's.</param>
    /// <param name="isInitialNamespace">Asked only where it matters.</param>
    internal static string DefaultRoot(uint user, string? runtimeDirectory, string? name, Func<bool> isInitialNamespace)
    {
        const string Name = "/inro-oci";
        bool isOwn = !string.IsNullOrEmpty(runtimeDirectory) && (user != 0 || (name != "root" && !isInitialNamespace()));
        return isOwn ? runtimeDirectory + Name : user == 0 ? "/run" + Name : $"/tmp/inro-{user}{Name}";
    }
}

/// <summary>Who makes a container's cgroups.</summary>
internal enum CgroupManager
{
    /// <summary>This program, in the mounted trees.</summary>
    Files,

    /// <summary>systemd, asked over its bus.</summary>
    Systemd,

    /// <summary>Nobody: the container stays in the caller's.</summary>
    Disabled,
}
