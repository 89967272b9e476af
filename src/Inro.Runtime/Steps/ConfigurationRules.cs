using Inro.Linux.Namespaces;
using Inro.Runtime.IdMaps;
using Inro.Runtime.State;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>What a configuration must hold before anything is made.</summary>
internal static class ConfigurationRules
{
    /// <exception cref="RuntimeException">Names the field.</exception>
    public static void Check(LaunchRequest request)
    {
        ContainerId.Check(request.Id);
        RuntimeConfig config = request.Config;
        if (!config.OciVersion.StartsWith("1.", StringComparison.Ordinal))
        {
            throw RuntimeException.Invalid("ociVersion", $"\"{config.OciVersion}\" is not 1.x");
        }

        if (config.Process is not { } process) { throw RuntimeException.Invalid("process", "is required"); }

        Check(process);
        if (request.Rootfs is null && config.Root is null) { throw RuntimeException.Invalid("root", "is required"); }

        if (config.Linux?.Seccomp is { ListenerPath.Length: > 0 })
        {
            throw RuntimeException.Invalid("linux.seccomp.listenerPath", "notification of another process is not provided");
        }

        if (config.Linux is { IntelRdt: not null }) { throw RuntimeException.Invalid("linux.intelRdt", "this runtime does not set up resctrl"); }

        if (config.Linux is { NetDevices.Count: > 0 }) { throw RuntimeException.Invalid("linux.netDevices", "this runtime does not move network devices"); }
    }

    /// <summary>The same for a process alone, as an exec has it.</summary>
    public static void Check(ProcessConfig process)
    {
        if (!process.Cwd.StartsWith('/')) { throw RuntimeException.Invalid("process.cwd", $"\"{process.Cwd}\" is not absolute"); }

        foreach (string text in process.Args.Concat(process.Env).Append(process.Cwd))
        {
            if (text.Contains('\0', StringComparison.Ordinal)) { throw RuntimeException.Invalid("process", "arguments, environment and paths cannot hold a zero byte"); }
        }

        if (process.ApparmorProfile is { Length: > 0 } and not "unconfined")
        {
            throw RuntimeException.Invalid("process.apparmorProfile", $"the profile \"{process.ApparmorProfile}\" cannot be set: this runtime applies no AppArmor profiles yet",
                "leave the profile out, or say unconfined");
        }
    }

    /// <summary>What the namespaces decide.</summary>
    public static void Check(LaunchContext context)
    {
        LinuxConfig linux = context.Linux;
        if (!context.Namespaces.Has(NamespaceFlags.Mount))
        {
            throw RuntimeException.Invalid("linux.namespaces", "a container needs a mount namespace of its own");
        }

        if (context.Namespaces.Create.HasFlag(NamespaceFlags.User))
        {
            IdMapWriter.Check("linux.uidMappings", linux.UidMappings);
            IdMapWriter.Check("linux.gidMappings", linux.GidMappings);
        }
        else if (!context.HasUserNamespace && (linux.UidMappings.Count > 0 || linux.GidMappings.Count > 0))
        {
            throw RuntimeException.Invalid("linux.uidMappings", "id mappings need a user namespace");
        }
        else if (!context.HasUserNamespace && !context.IsPrivileged)
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration, "linux.namespaces: an ordinary user's container needs a user namespace",
                "add a user namespace with mappings (the spec verb's --rootless does)");
        }

        RootPropagation.Parse(linux.RootfsPropagation);
    }

    /// <summary>The directory that becomes the root.</summary>
    public static string RootPath(LaunchRequest request)
    {
        string path = request.Config.Root!.Path; // checked above
        return path.StartsWith('/') ? path : $"{request.Bundle}/{path}";
    }
}
