namespace Inro.Images.Registry;

/// <summary>How somebody is known to a registry.</summary>
/// <param name="UserName">Name; empty with an identity token.</param>
/// <param name="Password">Password; empty with an identity token.</param>
/// <param name="IdentityToken">Exchanged for tokens of short life in the place of name and password; null where there is none.</param>
public sealed record RegistryCredentials(string UserName, string Password, string? IdentityToken = null)
{
    /// <summary>Shows who, never the secret.</summary>
    public override string ToString() => IdentityToken is null ? UserName : "identity token";
}
