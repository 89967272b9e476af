using System.Globalization;
using System.Runtime.InteropServices;
using Inro.Linux.Capabilities;
using Inro.Linux.Seccomp;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Resolves the default profile for one container: its capabilities, this machine's architecture and kernel.</summary>
/// <remarks>A start whose filter is cached never comes here.</remarks>
public static class SeccompDefaultProfile
{
    /// <summary>Counts up when a rule changes.</summary>
    public const int Version = SeccompDefaultTable.Version;

    private const string Allow = "SCMP_ACT_ALLOW";
    private const string Refuse = "SCMP_ACT_ERRNO";
    private const uint Eperm = 1;
    private const uint Enosys = 38;

    /// <summary>The profile for this machine.</summary>
    public static LinuxSeccomp Resolve(CapabilitySet bounding) =>
        Resolve(bounding, ArchitectureName(RuntimeInformation.ProcessArchitecture), KernelIdentity.Read().Version());

    /// <summary>The profile for a given machine.</summary>
    /// <param name="bounding">The container's capabilities.</param>
    /// <param name="architecture">As images name it: <c>amd64</c>, <c>arm64</c>.</param>
    /// <param name="kernel">Major and minor version.</param>
    public static LinuxSeccomp Resolve(CapabilitySet bounding, string architecture, Version kernel)
    {
        List<SeccompRule> rules = [];
        List<string> plain = [];
        bool applies = false;
        foreach (ReadOnlySpan<char> raw in SeccompDefaultTable.Text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = Uncomment(raw);
            if (line.IsEmpty) { continue; }
            if (line[0] != ' ') { applies = Applies(line.ToString(), bounding, architecture, kernel); }
            else if (applies) { AddLine(line, plain, rules); }
        }

        rules.Insert(0, new SeccompRule { Names = plain, Action = Allow });
        return new LinuxSeccomp
        {
            DefaultAction = Refuse,
            DefaultErrnoRet = Eperm,
            Architectures = Architectures(architecture),
            Syscalls = rules,
        };
    }

    private static ReadOnlySpan<char> Uncomment(ReadOnlySpan<char> line)
    {
        int comment = line.IndexOf('#');
        return (comment < 0 ? line : line[..comment]).TrimEnd();
    }

    // "for everyone", or parts with commas between them: with CAP, without CAP, on ARCH..., not on ARCH..., since VERSION. All must hold.
    private static bool Applies(string header, CapabilitySet bounding, string architecture, Version kernel)
    {
        foreach (string part in header.Split(", "))
        {
            string[] words = part.Split(' ');
            bool holds = words[0] switch
            {
                "for" => true,
                "with" => Has(bounding, words[1]),
                "without" => !Has(bounding, words[1]),
                "on" => words.AsSpan(1).Contains(architecture),
                "not" => !words.AsSpan(2).Contains(architecture),
                "since" => kernel >= System.Version.Parse(words[1]),
                _ => throw new InvalidOperationException($"the default profile has a condition '{part}'"),
            };
            if (!holds) { return false; }
        }

        return true;
    }

    private static bool Has(CapabilitySet set, string name) =>
        CapabilityNames.TryParse(name, out Capability capability) ? set.Contains(capability) : throw new InvalidOperationException($"the default profile names '{name}'");

    private static void AddLine(ReadOnlySpan<char> line, List<string> plain, List<SeccompRule> rules)
    {
        ReadOnlySpan<char> rest = line[(line.IndexOf(':') + 1)..].Trim();
        while (!rest.IsEmpty)
        {
            int bracket = rest.IndexOf('(');
            int space = rest.IndexOf(' ');
            int end = bracket >= 0 && (space < 0 || bracket < space) ? rest.IndexOf(')') + 1 : space < 0 ? rest.Length : space;
            Add(rest[..end].ToString(), plain, rules);
            rest = rest[end..].TrimStart();
        }
    }

    private static void Add(string item, List<string> plain, List<SeccompRule> rules)
    {
        int bracket = item.IndexOf('(');
        if (bracket > 0)
        {
            rules.Add(new SeccompRule { Names = [item[..bracket]], Action = Allow, Args = [Condition(item[(bracket + 1)..^1])] });
        }
        else if (item.EndsWith("!ENOSYS", StringComparison.Ordinal))
        {
            rules.Add(new SeccompRule { Names = [item[..^7]], Action = Refuse, ErrnoRet = Enosys });
        }
        else if (!plain.Contains(item)) { plain.Add(item); } // two conditions may open the same call
    }

    // "0 < 38", "0 & mask = value"
    private static SeccompArgument Condition(string text)
    {
        string[] words = text.Split(' ');
        uint index = uint.Parse(words[0], CultureInfo.InvariantCulture);
        ulong first = Number(words[2]);
        return words[1] switch
        {
            "<" => new(index, first, 0, "SCMP_CMP_LT"),
            "=" => new(index, first, 0, "SCMP_CMP_EQ"),
            ">" => new(index, first, 0, "SCMP_CMP_GT"),
            "&" => new(index, first, Number(words[4]), "SCMP_CMP_MASKED_EQ"),
            _ => throw new InvalidOperationException($"the default profile has a condition '{text}'"),
        };
    }

    private static ulong Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : ulong.Parse(text, CultureInfo.InvariantCulture);

    // The native ABI and those that its processor runs beside it.
    private static string[] Architectures(string architecture) => architecture switch
    {
        "amd64" => ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        "arm64" => ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
        "s390x" => ["SCMP_ARCH_S390X", "SCMP_ARCH_S390"],
        "riscv64" => ["SCMP_ARCH_RISCV64"],
        "loong64" => ["SCMP_ARCH_LOONGARCH64"],
        "ppc64le" => ["SCMP_ARCH_PPC64LE"],
        _ => [],
    };

    private static string ArchitectureName(Architecture architecture) => architecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.Arm64 => "arm64",
        Architecture.S390x => "s390x",
        Architecture.RiscV64 => "riscv64",
        Architecture.LoongArch64 => "loong64",
        Architecture.Ppc64le => "ppc64le",
        _ => architecture.ToString(),
    };
}
