using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Registries;
using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.Cli.Verbs.Registries;

/// <summary>The verbs of <c>inro registry</c>.</summary>
internal static class RegistryVerbs
{
    public static VerbGroup Group => new()
    {
        Path = "registry",
        Summary = "See what registries hold",
        Names = ["ls", "referrers", "tags"],
        Find = static name => name switch
        {
            "ls" or "list" => new RegistryLsVerb { Path = "registry ls" },
            "referrers" => new RegistryReferrersVerb { Path = "registry referrers" },
            "tags" => new RegistryTagsVerb { Path = "registry tags" },
            _ => null,
        },
    };

    /// <summary>The repository that was typed, without tag and digest.</summary>
    public static ImageReference Repository(string typed)
    {
        ImageReference reference = ReferenceArgument.Parse(typed);
        bool isTagged = reference.Digest is not null || typed.LastIndexOf(':') > typed.LastIndexOf('/');
        return !isTagged ? reference : throw new EngineException(ErrorCode.InvalidArgument, "a repository has neither tag nor digest", $"inro registry tags {reference.FamiliarName}");
    }

    /// <summary>Does something with a registry, and tells its refusals as the engine does.</summary>
    public static T Ask<T>(RegistryClient client, Func<RegistryClient, T> ask)
    {
        using (client)
        {
            try { return ask(client); }
            catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
        }
    }
}
