using System.Runtime.InteropServices;

namespace Inro.Linux.Seccomp;

/// <summary>The host's libseccomp, loaded when the first filter has to be compiled. See seccomp_init(3) and its neighbours.</summary>
internal sealed unsafe class LibSeccomp : IDisposable
{
    /// <summary>The stable name of the library's ABI.</summary>
    public const string FileName = "libseccomp.so.2";

    private readonly nint library;
    private readonly delegate* unmanaged<uint, nint> init;
    private readonly delegate* unmanaged<nint, void> release;
    private readonly delegate* unmanaged<nint, uint, int> archAdd;
    private readonly delegate* unmanaged<byte*, uint> archResolveName;
    private readonly delegate* unmanaged<uint> archNative;
    private readonly delegate* unmanaged<nint, int, uint, int> attrSet;
    private readonly delegate* unmanaged<byte*, int> resolveName;
    private readonly delegate* unmanaged<nint, uint, int, uint, SeccompComparison*, int> ruleAdd;
    private readonly delegate* unmanaged<nint, int, int> export;

    private LibSeccomp(nint library)
    {
        this.library = library;
        init = (delegate* unmanaged<uint, nint>)NativeLibrary.GetExport(library, "seccomp_init");
        release = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "seccomp_release");
        archAdd = (delegate* unmanaged<nint, uint, int>)NativeLibrary.GetExport(library, "seccomp_arch_add");
        archResolveName = (delegate* unmanaged<byte*, uint>)NativeLibrary.GetExport(library, "seccomp_arch_resolve_name");
        archNative = (delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "seccomp_arch_native");
        attrSet = (delegate* unmanaged<nint, int, uint, int>)NativeLibrary.GetExport(library, "seccomp_attr_set");
        resolveName = (delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(library, "seccomp_syscall_resolve_name");
        ruleAdd = (delegate* unmanaged<nint, uint, int, uint, SeccompComparison*, int>)NativeLibrary.GetExport(library, "seccomp_rule_add_array");
        export = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "seccomp_export_bpf");
    }

    /// <summary>Loads the library; null where the host has none.</summary>
    public static LibSeccomp? TryLoad() => NativeLibrary.TryLoad(FileName, out nint library) ? new(library) : null;

    public uint NativeArchitecture => archNative();

    public nint Init(uint defaultAction) => init(defaultAction);

    public void Release(nint context) => release(context);

    public int AddArchitecture(nint context, uint token) => archAdd(context, token);

    /// <summary>The token of an architecture, 0 for one that this library does not know.</summary>
    public uint ResolveArchitecture(string name) => ResolveArchitectureBytes(Encode(name));

    /// <summary>The number of a call on the native architecture; -1 for one that this library does not know, below -1 for one of other architectures.</summary>
    public int ResolveCall(string name)
    {
        fixed (byte* p = Encode(name)) { return resolveName(p); }
    }

    public int SetAttribute(nint context, int attribute, uint value) => attrSet(context, attribute, value);

    public int AddRule(nint context, uint action, int call, ReadOnlySpan<SeccompComparison> comparisons)
    {
        fixed (SeccompComparison* p = comparisons) { return ruleAdd(context, action, call, (uint)comparisons.Length, p); }
    }

    public int Export(nint context, int descriptor) => export(context, descriptor);

    public void Dispose() => NativeLibrary.Free(library);

    private uint ResolveArchitectureBytes(byte[] name)
    {
        fixed (byte* p = name) { return archResolveName(p); }
    }

    private static byte[] Encode(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];
}

/// <summary>struct scmp_arg_cmp: one condition on an argument.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SeccompComparison(uint argument, int comparison, ulong first, ulong second)
{
    public readonly uint Argument = argument;
    public readonly int Comparison = comparison;
    public readonly ulong First = first;
    public readonly ulong Second = second;
}
