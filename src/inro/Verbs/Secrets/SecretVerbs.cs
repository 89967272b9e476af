namespace Inro.Cli.Verbs.Secrets;

/// <summary>The verbs of <c>inro secret</c>.</summary>
internal static class SecretVerbs
{
    public static VerbGroup Group => new()
    {
        Path = "secret",
        Summary = "Manage secrets",
        Names = ["create", "exists", "inspect", "ls", "rm"],
        Find = static name => name switch
        {
            "create" => new SecretCreateVerb { Path = "secret create" },
            "exists" => new SecretExistsVerb { Path = "secret exists" },
            "inspect" => new SecretInspectVerb { Path = "secret inspect" },
            "ls" or "list" => new SecretLsVerb { Path = "secret ls" },
            "rm" or "remove" => new SecretRmVerb { Path = "secret rm" },
            _ => null,
        },
    };
}
