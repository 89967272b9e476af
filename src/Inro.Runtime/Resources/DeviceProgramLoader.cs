using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Device rules on the v2 tree.</summary>
internal static class DeviceProgramLoader
{
    /// <summary>Attaches a program for these rules.</summary>
    /// <param name="directory">The container's v2 cgroup.</param>
    /// <param name="rules">In order.</param>
    /// <param name="rootless">Without privileges the kernel takes no program; device nodes are then guarded by their owner alone.</param>
    public static void Attach(CgroupDirectory directory, IReadOnlyList<DeviceRule> rules, bool rootless)
    {
        if (rules.Count > 0 && DeviceValues.AllowsEverything(rules[^1])) { return; }

        try
        {
            BpfCalls.Attach(directory, CgroupProgramKind.Device, DeviceProgram.Assemble(Match(rules)));
        }
        catch (LinuxException e) when (rootless && e.Errno is Errno.EPERM or Errno.EACCES)
        {
            // left to the owners of the nodes
        }
    }

    internal static DeviceMatch[] Match(IReadOnlyList<DeviceRule> rules)
    {
        var matches = new DeviceMatch[rules.Count];
        for (int i = 0; i < matches.Length; i++) { matches[i] = Match(rules[i]); }
        return matches;
    }

    private static DeviceMatch Match(DeviceRule rule)
    {
        char? type = rule.Type switch
        {
            null or "" or "a" => null,
            "b" => 'b',
            "c" or "u" => 'c',
            _ => throw new ResourceException($"a device rule has the type '{rule.Type}'; it can be a, b or c"),
        };
        return new DeviceMatch(rule.Allow, type, Number(rule.Major), Number(rule.Minor), Access(rule.Access));
    }

    private static int? Number(long? number) => number switch
    {
        null or < 0 => null,
        > int.MaxValue => throw new ResourceException($"a device rule has the number {number}, which no device can have"),
        _ => (int)number.Value,
    };

    private static byte Access(string? access)
    {
        if (string.IsNullOrEmpty(access)) { return DeviceAccess.Mknod | DeviceAccess.Read | DeviceAccess.Write; }

        byte bits = 0;
        foreach (char c in access) { bits |= c switch { 'm' => DeviceAccess.Mknod, 'r' => DeviceAccess.Read, _ => DeviceAccess.Write }; }
        return bits;
    }
}
