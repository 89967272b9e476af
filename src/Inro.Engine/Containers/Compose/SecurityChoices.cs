using System.Text;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>What <c>--security-opt</c> and <c>--privileged</c> come to.</summary>
internal sealed record SecurityChoices
{
    /// <summary>Whether the default filter of system calls holds.</summary>
    public bool UsesDefaultSeccomp { get; private init; }

    /// <summary>The user's own filter; null for none or the default.</summary>
    public LinuxSeccomp? Seccomp { get; private init; }

    public bool NoNewPrivileges { get; private init; }

    public string? AppArmorProfile { get; private init; }

    /// <summary>Whether /proc and /sys are shown whole and writable.</summary>
    public bool ShowsSystemPaths { get; private init; }

    public bool HasWritableCgroups { get; private init; }

    public static SecurityChoices Read(ContainerConfig config, HostFacts host, Linux.Capabilities.CapabilitySet capabilities)
    {
        var choices = new SecurityChoices { UsesDefaultSeccomp = !config.Privileged, ShowsSystemPaths = config.Privileged };
        foreach (string option in config.SecurityOptions) { choices = choices.With(option, host, capabilities); }
        return choices;
    }

    // Docker takes '=' and, from older days, ':'.
    private SecurityChoices With(string option, HostFacts host, Linux.Capabilities.CapabilitySet capabilities)
    {
        int cut = option.AsSpan().IndexOfAny('=', ':');
        string key = cut < 0 ? option : option[..cut];
        string value = cut < 0 ? "" : option[(cut + 1)..];
        return key switch
        {
            "no-new-privileges" => this with { NoNewPrivileges = Flag(option, value) },
            "seccomp" => WithSeccomp(value, capabilities),
            "apparmor" => WithAppArmor(value, host),
            "label" => WithLabel(value, host),
            "systempaths" when value == "unconfined" => this with { ShowsSystemPaths = true },
            "writable-cgroups" => this with { HasWritableCgroups = Flag(option, value) },
            _ => throw Invalid($"invalid --security-opt: \"{option}\"", "known are apparmor, label, no-new-privileges, seccomp, systempaths and writable-cgroups"),
        };
    }

    private SecurityChoices WithSeccomp(string value, Linux.Capabilities.CapabilitySet capabilities) => value switch
    {
        "unconfined" => this with { UsesDefaultSeccomp = false, Seccomp = null },
        "" => throw Invalid("invalid --security-opt: \"seccomp\"", "give unconfined, builtin or a file with a profile"),
        "builtin" or "default" => this with { UsesDefaultSeccomp = true, Seccomp = null },
        _ => this with { UsesDefaultSeccomp = false, Seccomp = SeccompProfileFile.Read(Encoding.UTF8.GetBytes(value), capabilities) },
    };

    private SecurityChoices WithAppArmor(string value, HostFacts host)
    {
        if (value == "unconfined") { return this with { AppArmorProfile = null }; }
        return host.HasAppArmor
            ? this with { AppArmorProfile = value }
            : throw new EngineException(
                ErrorCode.PreconditionFailed, $"the AppArmor profile '{value}' cannot be applied: AppArmor is not enabled in this kernel", "leave the option out, or boot with AppArmor");
    }

    private SecurityChoices WithLabel(string value, HostFacts host)
    {
        if (value == "disable" || !host.HasSelinux && value.Length == 0) { return this; }
        throw new EngineException(
            ErrorCode.PreconditionFailed,
            host.HasSelinux ? $"the label option '{value}' is not supported yet" : $"the label option '{value}' cannot be applied: SELinux is not enabled in this kernel",
            "leave the option out, or give label=disable");
    }

    private static bool Flag(string option, string value) => value switch
    {
        "" or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Invalid($"invalid --security-opt: \"{option}\"", "its value is true or false"),
    };

    private static EngineException Invalid(string problem, string remedy) => new(ErrorCode.InvalidArgument, problem, remedy);
}
