using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Seccomp;

/// <summary>Compiles a profile to classic BPF with the host's libseccomp. Takes milliseconds: callers keep the result.</summary>
public static class SeccompCompiler
{
    private const int AttributeBadArchitecture = 2;
    private const int AttributeOptimize = 8;
    private const uint KillProcess = 0x8000_0000;
    private const uint BinaryTree = 2;
    private const int MaxProgramBytes = 4096 * 8; // BPF_MAXINSNS

    /// <summary>Whether the host has a libseccomp.</summary>
    public static bool IsAvailable
    {
        get
        {
            using LibSeccomp? library = LibSeccomp.TryLoad();
            return library is not null;
        }
    }

    /// <summary>Makes the instructions, eight bytes each.</summary>
    /// <exception cref="SeccompException">libseccomp is missing, or it or the kernel's size limit refuses the profile.</exception>
    public static byte[] Compile(SeccompProfile profile)
    {
        using LibSeccomp library = LibSeccomp.TryLoad()
            ?? throw new SeccompException($"{LibSeccomp.FileName} is not on this host, and this filter has not been compiled before") { LibraryIsMissing = true };
        nint context = library.Init(profile.DefaultAction);
        if (context == 0) { throw new SeccompException($"libseccomp refuses the default action 0x{profile.DefaultAction:x8}"); }
        try
        {
            AddArchitectures(library, context, profile.Architectures);
            int newest = AddRules(library, context, profile);

            // A call by an ABI that no rule speaks of ends the process, whatever the default action is.
            Check(library.SetAttribute(context, AttributeBadArchitecture, KillProcess), "the action for other architectures");

            // The tree makes the kernel's own walk over the filter at load time shorter too. Before libseccomp 2.5 there is none: no error.
            _ = library.SetAttribute(context, AttributeOptimize, BinaryTree);
            byte[] program = Export(library, context);
            return profile.NewerCallsAreMissing && newest >= 0 ? NewerCalls.Prepend(program, library.NativeArchitecture, newest) : program;
        }
        finally
        {
            library.Release(context);
        }
    }

    private static void AddArchitectures(LibSeccomp library, nint context, IReadOnlyList<string> architectures)
    {
        foreach (string name in architectures)
        {
            uint token = library.ResolveArchitecture(name);
            if (token == 0 || token == library.NativeArchitecture) { continue; } // an architecture that the library does not know stays refused
            int result = library.AddArchitecture(context, token);
            if (result != 0 && -result != (int)Errno.EEXIST) { Check(result, $"the architecture {name}"); }
        }
    }

    /// <returns>The highest number of a named native call, or -1.</returns>
    private static int AddRules(LibSeccomp library, nint context, SeccompProfile profile)
    {
        int newest = -1;
        foreach (SeccompCallRule rule in profile.Rules)
        {
            foreach (string name in rule.Names)
            {
                int call = library.ResolveCall(name);
                if (call == -1) { continue; } // newer than the library, or no call at all
                newest = Math.Max(newest, call);
                if (rule.Action != profile.DefaultAction) { AddRule(library, context, rule, name, call); } // the library refuses what changes nothing
            }
        }

        return newest;
    }

    private static void AddRule(LibSeccomp library, nint context, SeccompCallRule rule, string name, int call)
    {
        if (!RepeatsArgument(rule.Conditions))
        {
            Check(library.AddRule(context, rule.Action, call, Comparisons(rule.Conditions)), $"the rule for {name}");
            return;
        }

        // One rule of the library holds one condition per argument; several on the same one are alternatives, as the other runtimes read them.
        foreach (SeccompCondition condition in rule.Conditions)
        {
            Check(library.AddRule(context, rule.Action, call, Comparisons([condition])), $"the rule for {name}");
        }
    }

    private static bool RepeatsArgument(IReadOnlyList<SeccompCondition> conditions)
    {
        uint seen = 0;
        foreach (SeccompCondition condition in conditions)
        {
            uint bit = 1u << (int)condition.Argument;
            if ((seen & bit) != 0) { return true; }
            seen |= bit;
        }

        return false;
    }

    private static SeccompComparison[] Comparisons(IReadOnlyList<SeccompCondition> conditions)
    {
        var comparisons = new SeccompComparison[conditions.Count];
        for (int i = 0; i < comparisons.Length; i++)
        {
            SeccompCondition c = conditions[i];
            comparisons[i] = new(c.Argument, (int)c.Comparison, c.First, c.Second);
        }

        return comparisons;
    }

    private static byte[] Export(LibSeccomp library, nint context)
    {
        using SafeFileHandle memory = SeccompMemory.Create();
        Check(library.Export(context, (int)memory.DangerousGetHandle()), "the finished filter");
        long length = RandomAccess.GetLength(memory);
        if (length is 0 or > MaxProgramBytes || length % 8 != 0) { throw new SeccompException($"the filter has {length / 8} instructions; the kernel takes 1 to 4096"); }

        byte[] program = new byte[length];
        int read = RandomAccess.Read(memory, program, 0);
        return read == length ? program : throw new SeccompException("the finished filter could not be read back");
    }

    private static void Check(int result, string what)
    {
        if (result != 0) { throw new SeccompException($"libseccomp refuses {what}: {Marshal.GetPInvokeErrorMessage(-result)} [{(Errno)(-result)}]"); }
    }
}
