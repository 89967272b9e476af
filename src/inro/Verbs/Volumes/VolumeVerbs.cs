using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs.Volumes;

/// <summary>The verbs of <c>inro volume</c>.</summary>
internal static class VolumeVerbs
{
    public static VerbGroup Group => new()
    {
        Path = "volume",
        Summary = "Manage volumes",
        Names = ["create", "exists", "export", "import", "inspect", "ls", "mount", "prune", "reload", "rm", "unmount"],
        Find = static name => name switch
        {
            "create" => new VolumeCreateVerb { Path = "volume create" },
            "exists" => new VolumeExistsVerb { Path = "volume exists" },
            "export" => new VolumeExportVerb { Path = "volume export" },
            "import" => new VolumeImportVerb { Path = "volume import" },
            "inspect" => new VolumeInspectVerb { Path = "volume inspect" },
            "ls" or "list" => new VolumeLsVerb { Path = "volume ls" },
            "mount" => new VolumeMountVerb { Path = "volume mount", Mounts = true },
            "prune" => new VolumePruneVerb { Path = "volume prune" },
            "reload" => new VolumeReloadVerb { Path = "volume reload" },
            "rm" or "remove" => new VolumeRmVerb { Path = "volume rm" },
            "unmount" or "umount" => new VolumeMountVerb { Path = "volume unmount", Mounts = false },
            _ => null,
        },
    };

    /// <summary>Flags that docker has for the volumes of a swarm's plug-ins; there is no such volume here.</summary>
    public static void AddClusterFlags(FlagTable table)
    {
        foreach (string name in (ReadOnlySpan<string>)["availability", "group", "limit-bytes", "required-bytes", "scope", "secret", "sharing", "topology-preferred", "topology-required", "type"])
        {
            table.Add(new Flag
            {
                Name = name,
                ValueName = "string",
                Help = "Of cluster volumes",
                IsHidden = true,
                Set = _ => throw new FormatException("this is for the volumes of a swarm, and there is no swarm here"),
            });
        }
    }
}
