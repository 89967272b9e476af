using Inro.Linux.Namespaces;
using Inro.Runtime.Hooks;
using Inro.Runtime.IdMaps;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>What a configuration must hold before anything is made.</summary>
internal static class ConfigurationRules
{
    private const uint MaxNanoseconds = 999_999_999;

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

        Check(process, request.Kernel);
        if (config.Hooks is { } hooks) { HookRules.Check(hooks); }

        if (request.Rootfs is null && config.Root is null) { throw RuntimeException.Invalid("root", "is required"); }

        if (config.Root?.Path.Contains('\0', StringComparison.Ordinal) == true) { throw RuntimeException.Invalid("root.path", "a path cannot hold a zero byte"); }

        if (config.Linux?.Seccomp is { } seccomp) { Check(seccomp); }

        ResourceDirector.Check(config.Linux?.IntelRdt);
    }

    /// <summary>The same for a process alone, as an exec has it.</summary>
    public static void Check(ProcessConfig process, KernelFeatures kernel)
    {
        if (!process.Cwd.StartsWith('/')) { throw RuntimeException.Invalid("process.cwd", $"\"{process.Cwd}\" is not absolute"); }

        foreach (string text in process.Args.Concat(process.Env).Append(process.Cwd))
        {
            if (text.Contains('\0', StringComparison.Ordinal)) { throw RuntimeException.Invalid("process", "arguments, environment and paths cannot hold a zero byte"); }
        }

        if (process.OomScoreAdj is < -1000 or > 1000) { throw RuntimeException.Invalid("process.oomScoreAdj", "must be from -1000 to 1000"); }

        IdentityStep.Check(process);
        _ = new ExecAffinity(process.ExecCpuAffinity); // of no effect on a first process, and still what it says it is
        SecurityLabelStep.Check(process, kernel);
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
            RequireRoot("linux.uidMappings", linux.UidMappings);
            RequireRoot("linux.gidMappings", linux.GidMappings);
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

        if (linux.TimeOffsets is { } offsets) { Check(context, offsets); }

        HostNetworkDevices.Check(linux.NetDevices, context.Namespaces.Has(NamespaceFlags.Network));
        NamespaceSetupStep.Check(context);
        RootPropagation.Parse(linux.RootfsPropagation);
    }

    private static void Check(LaunchContext context, TimeOffsetsConfig offsets)
    {
        if (offsets is { Monotonic: null, Boottime: null }) { return; }

        if (!context.Namespaces.Create.HasFlag(NamespaceFlags.Time)) { throw RuntimeException.Invalid("linux.timeOffsets", "needs a new time namespace"); }

        if (offsets.Monotonic?.Nanoseconds > MaxNanoseconds) { throw RuntimeException.Invalid("linux.timeOffsets.monotonic.nanosecs", "must be below 1000000000"); }

        if (offsets.Boottime?.Nanoseconds > MaxNanoseconds) { throw RuntimeException.Invalid("linux.timeOffsets.boottime.nanosecs", "must be below 1000000000"); }
    }

    private static void Check(LinuxSeccomp seccomp)
    {
        if (!string.IsNullOrEmpty(seccomp.ListenerPath)) { return; }

        if (!string.IsNullOrEmpty(seccomp.ListenerMetadata)) { throw RuntimeException.Invalid("linux.seccomp.listenerMetadata", "is for linux.seccomp.listenerPath, which is missing"); }

        foreach (SeccompRule rule in seccomp.Syscalls)
        {
            if (rule.Action == "SCMP_ACT_NOTIFY") { throw RuntimeException.Invalid("linux.seccomp.listenerPath", "is required with SCMP_ACT_NOTIFY"); }
        }
    }

    private static void RequireRoot(string field, IReadOnlyList<IdMapping> mappings)
    {
        foreach (IdMapping mapping in mappings)
        {
            if (mapping.ContainerId == 0) { return; }
        }

        throw RuntimeException.Invalid(field, "the container's id 0 must be mapped");
    }

    /// <summary>The directory that becomes the root.</summary>
    public static string RootPath(LaunchRequest request)
    {
        string path = request.Config.Root!.Path; // checked above
        return path.StartsWith('/') ? path : $"{request.Bundle}/{path}";
    }
}
