using Inro.Engine.Containers.Rootfs;
using Inro.Linux.Capabilities;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Command, environment, user and limits of the first process.</summary>
internal static class ProcessComposer
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static ProcessConfig Compose(ComposeRequest request, SecurityChoices security, CapabilitySet capabilities, string hostname)
    {
        ContainerConfig config = request.Config;
        ResolvedUser user = UserLookup.Resolve(request.Rootfs, AccountFiles.Known(request, config.User) ?? request.KeptUser ?? request.Image?.User, config.Groups);
        string[] names = capabilities.ToNames();
        return new ProcessConfig
        {
            Terminal = config.Tty,
            ConsoleSize = config is { ConsoleRows: > 0, ConsoleColumns: > 0 } ? new((uint)config.ConsoleRows, (uint)config.ConsoleColumns) : null,
            User = new UserConfig { Uid = user.Uid, Gid = user.Gid, AdditionalGids = user.Groups, Umask = (uint?)config.Umask },
            Args = Command(config, request.Image),
            Env = Environment(config, request.Image?.Env, hostname, AccountFiles.HomeOf(request, user)),
            Cwd = WorkingDirectory(config, request.Image),
            Capabilities = new CapabilitiesConfig { Bounding = names, Effective = names, Permitted = names },
            Rlimits = Rlimits(config),
            NoNewPrivileges = security.NoNewPrivileges,
            OomScoreAdj = config.OomScoreAdjust is { } score and not 0 ? score : null,
            ApparmorProfile = security.AppArmorProfile,
        };
    }

    /// <summary>Entry point and arguments. An entry point that the user gives drops the image's arguments too.</summary>
    public static IReadOnlyList<string> Command(ContainerConfig config, Spec.Image.ContainerDefaults? image)
    {
        IReadOnlyList<string> entrypoint = config.Entrypoint ?? image?.Entrypoint ?? [];
        if (entrypoint is [""]) { entrypoint = []; }

        bool given = config.Command is { Count: > 0 };
        IReadOnlyList<string> arguments = given ? config.Command! : config.Entrypoint is null ? image?.Cmd ?? [] : [];
        if (entrypoint.Count + arguments.Count == 0)
        {
            throw new EngineException(ErrorCode.InvalidArgument, "no command specified", "name a command after the image");
        }

        return [.. entrypoint, .. arguments];
    }

    /// <summary>Defaults, then the user's, then what the image has and the user has not; a bare name takes a default or the image's away.</summary>
    public static IReadOnlyList<string> Environment(ContainerConfig config, IReadOnlyList<string>? image, string hostname, string home)
    {
        List<string> merged = config.ClearsEnvironment ? ["HOSTNAME=" + hostname] : [DefaultPath, "HOSTNAME=" + hostname];
        if (config.Tty) { merged.Add("TERM=xterm"); }

        foreach (string entry in config.Environment) { Put(merged, entry); }
        foreach (string entry in config.ClearsEnvironment ? [] : image ?? [])
        {
            if (!Mentions(config.Environment, Name(entry))) { Put(merged, entry); }
        }

        foreach (string entry in config.EnvironmentMerges) { Put(merged, VariableText.Fill(entry, name => ValueOf(image, name))); }
        if (!Mentions(merged, "HOME")) { merged.Add("HOME=" + home); }
        return merged;
    }

    private static string ValueOf(IReadOnlyList<string>? environment, string name) => environment is not null && Find(environment, name) is >= 0 and var at ? environment[at][(name.Length + 1)..] : "";

    private static void Put(List<string> environment, string entry)
    {
        ReadOnlySpan<char> name = Name(entry);
        int at = Find(environment, name);
        bool removes = name.Length == entry.Length;
        if (at < 0 && !removes) { environment.Add(entry); }
        else if (at >= 0 && removes) { environment.RemoveAt(at); }
        else if (at >= 0) { environment[at] = entry; }
    }

    private static ReadOnlySpan<char> Name(string entry)
    {
        int equals = entry.IndexOf('=');
        return equals < 0 ? entry : entry.AsSpan(0, equals);
    }

    private static bool Mentions(IReadOnlyList<string> environment, ReadOnlySpan<char> name) => Find(environment, name) >= 0;

    private static int Find(IReadOnlyList<string> environment, ReadOnlySpan<char> name)
    {
        for (int i = 0; i < environment.Count; i++)
        {
            if (Name(environment[i]).SequenceEqual(name)) { return i; }
        }

        return -1;
    }

    private static string WorkingDirectory(ContainerConfig config, Spec.Image.ContainerDefaults? image)
    {
        string directory = config.WorkingDirectory is { Length: > 0 } asked ? asked : image?.WorkingDir is { Length: > 0 } given ? given : "/";
        return directory.StartsWith('/')
            ? directory
            : throw new EngineException(
                ErrorCode.InvalidArgument, $"the working directory '{directory}' is invalid, it needs to be an absolute path", "begin it with '/'");
    }

    private static RlimitConfig[] Rlimits(ContainerConfig config)
    {
        var limits = new RlimitConfig[config.ResourceLimits.Count];
        for (int i = 0; i < limits.Length; i++)
        {
            ResourceLimit limit = config.ResourceLimits[i];
            limits[i] = new("RLIMIT_" + limit.Name.ToUpperInvariant(), Value(limit.Soft), Value(limit.Hard));
        }

        return limits;
    }

    private static ulong Value(long value) => value < 0 ? ulong.MaxValue : (ulong)value;
}
