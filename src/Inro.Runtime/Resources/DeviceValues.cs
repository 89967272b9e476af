using System.Text;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Which device nodes may be opened or made. v1 takes a list in files, v2 a program.</summary>
internal static class DeviceValues
{
    public static void Add(CgroupWriteList writes, IReadOnlyList<DeviceRule> asked)
    {
        if (asked.Count == 0) { return; }

        List<DeviceRule> rules = WithDefaults(asked);
        int tree = writes.Find("devices");
        if (tree < 0)
        {
            writes.DeviceProgram = writes.Unified >= 0 ? rules : null;
            return;
        }

        foreach (DeviceRule rule in rules)
        {
            writes.Add(new(tree, rule.Allow ? "devices.allow" : "devices.deny", Text(rule)) { Field = "devices" });
        }
    }

    /// <summary>The rules with those added that every container needs: its own nodes, terminals, and mknod, which alone gives no access.</summary>
    /// <remarks>Source: OCI runtime-spec, config-linux.md "Default Devices"; the other runtimes add the same.</remarks>
    internal static List<DeviceRule> WithDefaults(IReadOnlyList<DeviceRule> asked)
    {
        List<DeviceRule> rules = new(asked.Count + 10);
        foreach (DeviceRule rule in asked) { AddPlain(rules, rule); }
        if (asked.Count > 0 && AllowsEverything(asked[^1])) { return rules; }

        rules.Add(new(true, "c", null, null, "m"));
        rules.Add(new(true, "b", null, null, "m"));
        rules.Add(new(true, "c", 1, 3, "rwm")); // null
        rules.Add(new(true, "c", 1, 5, "rwm")); // zero
        rules.Add(new(true, "c", 1, 7, "rwm")); // full
        rules.Add(new(true, "c", 1, 8, "rwm")); // random
        rules.Add(new(true, "c", 1, 9, "rwm")); // urandom
        rules.Add(new(true, "c", 5, 0, "rwm")); // tty
        rules.Add(new(true, "c", 5, 2, "rwm")); // ptmx
        rules.Add(new(true, "c", 136, null, "rwm")); // pts/*
        return rules;
    }

    internal static bool AllowsEverything(DeviceRule rule) => rule.Allow && IsAll(rule);

    internal static bool IsAll(DeviceRule rule) => rule.Type is null or "" or "a";

    // v1 reads "a" as everything whatever follows, and resets its list: a rule for all types with a narrower meaning becomes two.
    private static void AddPlain(List<DeviceRule> rules, DeviceRule rule)
    {
        if (rule.Access is { } access && access.AsSpan().IndexOfAnyExcept("rwm") >= 0)
        {
            throw new ResourceException($"a device rule has the access '{access}'; it is made of r, w and m");
        }

        bool narrow = IsAll(rule) && (!Covers(rule.Access) || rule.Major is >= 0 || rule.Minor is >= 0);
        if (narrow)
        {
            rules.Add(rule with { Type = "b" });
            rules.Add(rule with { Type = "c" });
        }
        else
        {
            if (IsAll(rule)) { rules.Clear(); } // nothing before it counts any more

            rules.Add(rule);
        }
    }

    private static string Text(DeviceRule rule)
    {
        if (IsAll(rule)) { return "a"; }
        if (rule.Type is not ("b" or "c")) { throw new ResourceException($"a device rule has the type '{rule.Type}'; it can be a, b or c"); }

        var text = new StringBuilder(24);
        text.Append(rule.Type).Append(' ');
        Append(text, rule.Major).Append(':');
        Append(text, rule.Minor).Append(' ');
        return text.Append(string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access).ToString();
    }

    private static StringBuilder Append(StringBuilder text, long? number) => number is { } n and >= 0 ? text.Append(n) : text.Append('*');

    private static bool Covers(string? access) =>
        string.IsNullOrEmpty(access) || (access.Contains('r', StringComparison.Ordinal) && access.Contains('w', StringComparison.Ordinal) && access.Contains('m', StringComparison.Ordinal));
}
