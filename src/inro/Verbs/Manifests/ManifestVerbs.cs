using Inro.Engine.Manifests;
using Inro.Engine.Registries;

namespace Inro.Cli.Verbs.Manifests;

/// <summary>The verbs of <c>inro manifest</c>.</summary>
internal static class ManifestVerbs
{
    public static VerbGroup Group => new()
    {
        Path = "manifest",
        Summary = "Manage manifests and manifest lists",
        Names = ["add", "annotate", "create", "inspect", "push", "rm"],
        Find = static name => name switch
        {
            "add" => new ManifestAddVerb { Path = "manifest add" },
            "annotate" => new ManifestAnnotateVerb { Path = "manifest annotate" },
            "create" => new ManifestCreateVerb { Path = "manifest create" },
            "inspect" => new ManifestInspectVerb { Path = "manifest inspect" },
            "push" => new ManifestPushVerb { Path = "manifest push" },
            "rm" => new ManifestRmVerb { Path = "manifest rm" },
            _ => null,
        },
    };

    /// <summary>The lists of a session's instance.</summary>
    public static ManifestService Open(Session session, bool isInsecure)
    {
        _ = session.Images; // makes the instance's directories
        RegistryAccess access = RegistryAccess.Configured(ImagePull.UserAgent);
        return new ManifestService(session.Paths, isInsecure ? access.With(null, null, verifiesTls: false, null) : access);
    }
}
