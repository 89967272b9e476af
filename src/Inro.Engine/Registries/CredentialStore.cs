using Inro.Images.Registry;

namespace Inro.Engine.Registries;

/// <summary>Who is known to which registry: docker's <c>config.json</c> with its helpers first, then the files of podman.</summary>
public sealed class CredentialStore
{
    /// <summary>What registries.conf calls the file in the place of a helper.</summary>
    private const string FileItself = "containers-auth.json";

    private readonly string path;
    private readonly IReadOnlyList<string> alsoRead;
    private readonly IReadOnlyList<string> helpers;

    internal CredentialStore(string path, IReadOnlyList<string> alsoRead, IReadOnlyList<string> helpers)
    {
        this.path = path;
        this.alsoRead = alsoRead;
        this.helpers = [.. helpers.Where(static h => h != FileItself)];
    }

    /// <summary>The files of the user who runs this.</summary>
    /// <param name="rules">Name helpers too.</param>
    /// <param name="directory">In the place of <c>~/.docker</c>; null: that, or what DOCKER_CONFIG says.</param>
    /// <param name="file">In the place of all these; null: what REGISTRY_AUTH_FILE says.</param>
    public static CredentialStore OfUser(RegistryRules rules, string? directory = null, string? file = null)
    {
        if (file is not null) { return new CredentialStore(file, [], rules.CredentialHelpers); }

        if (Environment.GetEnvironmentVariable("REGISTRY_AUTH_FILE") is { Length: > 0 } named && directory is null) { return new CredentialStore(named, [], rules.CredentialHelpers); }

        string home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } set ? set : "/root";
        string docker = directory ?? (Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } other ? other : $"{home}/.docker");
        string runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } run ? $"{run}/containers/auth.json" : "/run/containers/0/auth.json";
        return new CredentialStore($"{docker}/config.json", [runtime, $"{home}/.config/containers/auth.json"], rules.CredentialHelpers);
    }

    /// <summary>The file that <see cref="Put"/> writes.</summary>
    public string Path => path;

    /// <summary>Who this user is to a registry; null: nobody in particular.</summary>
    /// <param name="registry">By <see cref="RegistryHost.CredentialsName"/>.</param>
    public RegistryCredentials? Find(string registry)
    {
        CredentialFile file = CredentialFile.Read(path);
        if (file.HelperFor(registry) is { } helper) { return new CredentialHelper(helper).Find(registry) ?? file.Find(registry); }

        if (file.Find(registry) is { } written) { return written; }

        foreach (string name in helpers)
        {
            if (new CredentialHelper(name).Find(registry) is { } kept) { return kept; }
        }

        return alsoRead.Select(other => CredentialFile.Read(other).Find(registry)).FirstOrDefault(static found => found is not null);
    }

    /// <summary>Remembers who this user is.</summary>
    /// <returns>True where a helper keeps it; false: it is in the file, readable for whoever reads the file.</returns>
    public bool Put(string registry, RegistryCredentials credentials)
    {
        CredentialFile file = CredentialFile.Read(path);
        if (file.HelperFor(registry) is not { } helper)
        {
            file.Put(registry, credentials);
            return false;
        }

        new CredentialHelper(helper).Store(registry, credentials);
        file.Put(registry, null);
        return true;
    }

    /// <summary>Forgets; false if nothing was known.</summary>
    public bool Remove(string registry)
    {
        CredentialFile file = CredentialFile.Read(path);
        bool known = file.Find(registry) is not null;
        if (file.HelperFor(registry) is { } helper)
        {
            var keeper = new CredentialHelper(helper);
            known |= keeper.Find(registry) is not null;
            keeper.Erase(registry);
        }

        return file.Remove(registry) || known;
    }
}
