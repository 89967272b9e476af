using Inro.Linux.Processes;

namespace Inro.Engine.Containers;

/// <summary>Which OCI runtime makes a container.</summary>
internal static class RuntimeChoice
{
    private const string ContainerdPrefix = "io.containerd.";
    private const string ContainerdSuffix = ".v2";
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The program of another runtime, an absolute path; null: our own.</summary>
    /// <param name="config">What was asked: nothing, <c>inro-oci</c>, a name (runc, crun, io.containerd.runc.v2, a wrapper's), or an absolute path.</param>
    /// <param name="isRootful">False for an ordinary user.</param>
    /// <exception cref="EngineException">InvalidArgument: there is no such program. NotImplemented: what the container asks for only our own can.</exception>
    public static string? Of(ContainerConfig config, bool isRootful)
    {
        if (config.Runtime is null or "" or "inro-oci" or "inro") { return null; }

        string? program = Find(config.Runtime);
        if (program is null)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"unknown or invalid runtime name: {config.Runtime}", "name an OCI runtime that is installed (runc, crun), or give its absolute path");
        }

        if (!isRootful || EffectiveIds.User != 0) { throw OwnOnly("is for root", "leave --runtime out"); }

        foreach (Secrets.SecretRequest secret in config.Secrets)
        {
            if (secret.IsVariable) { throw OwnOnly("gets no secrets as variables: they would stand in its config.json on the disk", "give the secret as a file: --secret NAME,type=mount"); }
        }

        return config.UserNamespace is null or "" or "host" ? program : throw OwnOnly($"cannot be combined with --userns {config.UserNamespace}: layers are shown with other ids by Inro's own runtime", "leave one of the two out");
    }

    private static EngineException OwnOnly(string why, string remedy) => new(ErrorCode.NotImplemented, "another OCI runtime " + why, remedy);

    private static string? Find(string name)
    {
        if (name[0] == '/') { return File.Exists(name) ? name : null; }

        string plain = name.StartsWith(ContainerdPrefix, StringComparison.Ordinal) && name.EndsWith(ContainerdSuffix, StringComparison.Ordinal)
            ? name[ContainerdPrefix.Length..^ContainerdSuffix.Length]
            : name;
        if (plain.Length == 0 || plain.Contains('/', StringComparison.Ordinal)) { return null; }

        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") ?? SearchPath).Split(':'))
        {
            if (directory.StartsWith('/') && File.Exists($"{directory}/{plain}")) { return $"{directory}/{plain}"; }
        }

        return null;
    }
}
