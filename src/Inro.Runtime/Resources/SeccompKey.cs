using System.Buffers.Binary;
using System.Text;
using Inro.Linux.Capabilities;
using Inro.Linux.Seccomp;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Names a compiled filter by everything that it was made from: the profile, this kernel and machine, the library, the compiler's version.</summary>
internal readonly struct SeccompKey
{
    /// <summary>Counts up when the same profile would be compiled to another filter.</summary>
    private const byte CompilerVersion = 1;

    private SeccompKey(byte[] digest) => Digest = digest;

    public byte[] Digest { get; }

    public string FileName => Convert.ToHexStringLower(Digest);

    public static SeccompKey OfJson(ReadOnlySpan<byte> json)
    {
        Blake2b256 hash = Begin((byte)'j');
        hash.Add(json);
        return new(hash.Finish());
    }

    public static SeccompKey OfDefault(CapabilitySet bounding)
    {
        Blake2b256 hash = Begin((byte)'d');
        Span<byte> facts = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(facts, SeccompDefaultProfile.Version);
        BinaryPrimitives.WriteUInt64LittleEndian(facts[4..], bounding.Bits);
        hash.Add(facts);
        return new(hash.Finish());
    }

    public static SeccompKey OfRules(LinuxSeccomp seccomp)
    {
        var words = new StringBuilder(8 << 10);
        Append(words, seccomp.DefaultAction, seccomp.DefaultErrnoRet);
        foreach (string architecture in seccomp.Architectures) { words.Append(architecture).Append('\0'); }
        words.Append('\u0001');
        words.Append(seccomp.Flags is null ? "none" : string.Join('\0', seccomp.Flags)).Append('\u0001');
        foreach (SeccompRule rule in seccomp.Syscalls)
        {
            Append(words, rule.Action, rule.ErrnoRet);
            foreach (string name in rule.Names) { words.Append(name).Append('\0'); }
            words.Append('\u0001');
            foreach (SeccompArgument a in rule.Args) { words.Append($"{a.Index} {a.Operator} {a.Value} {a.ValueTwo}\0"); }
            words.Append('\u0002');
        }

        Blake2b256 hash = Begin((byte)'r');
        hash.Add(Encoding.UTF8.GetBytes(words.ToString()));
        return new(hash.Finish());
    }

    private static void Append(StringBuilder words, string action, uint? errno) => words.Append(action).Append('\0').Append(errno).Append('\u0001');

    private static Blake2b256 Begin(byte kind)
    {
        var hash = new Blake2b256();
        hash.Add([CompilerVersion, kind]);
        KernelIdentity kernel = KernelIdentity.Read();
        hash.Add(Encoding.ASCII.GetBytes($"{kernel.Release}\0{kernel.Machine}\0{SeccompLibrary.Identity()}\0"));
        return hash;
    }
}
