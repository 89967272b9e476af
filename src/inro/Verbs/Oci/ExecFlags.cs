using System.Globalization;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags of exec that describe its process.</summary>
internal sealed class ExecFlags
{
    public string? Process { get; private set; }

    public string? Cwd { get; private set; }

    public bool Terminal { get; private set; }

    public (uint User, uint? Group)? User { get; private set; }

    public List<uint> Groups { get; } = [];

    public List<string> Environment { get; } = [];

    public List<string> Capabilities { get; } = [];

    /// <summary>Null: as the container's first process has it.</summary>
    public bool? NoNewPrivileges { get; private set; }

    public string? AppArmorProfile { get; private set; }

    public string? ProcessLabel { get; private set; }

    public List<string> SubCgroups { get; } = [];

    public bool IgnoresPause { get; private set; }

    public bool Take(string name, ref OciFlags flags)
    {
        switch (name)
        {
            case "p" or "process": Process = flags.Value(name); return true;
            case "cwd": Cwd = flags.Value(name); return true;
            case "t" or "tty": Terminal = flags.Switch(); return true;
            case "u" or "user": User = ParseUser(flags.Value(name)); return true;
            case "g" or "additional-gids": Groups.Add(Id(flags.Value(name))); return true;
            case "e" or "env": Environment.Add(flags.Value(name)); return true;
            case "c" or "cap": Capabilities.Add(flags.Value(name)); return true;
            case "no-new-privs": NoNewPrivileges = flags.Switch(); return true;
            case "apparmor": AppArmorProfile = flags.Value(name); return true;
            case "process-label": ProcessLabel = flags.Value(name); return true;
            case "cgroup": SubCgroups.Add(flags.Value(name)); return true;
            case "ignore-paused": IgnoresPause = flags.Switch(); return true;
            default: return false;
        }
    }

    // Strictly: a user that is read as 0 where something else was meant is root (CVE-2026-30892).
    private static (uint, uint?) ParseUser(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (Id(text), null) : (Id(text[..colon]), Id(text[(colon + 1)..]));
    }

    private static uint Id(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
        ? id
        : throw new OciUsageException($"invalid id \"{text}\": give a number, or numbers as user:group");
}
