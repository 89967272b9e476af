using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

/// <summary>The two uses of bpf(2) that programs of a cgroup need.</summary>
public static unsafe partial class BpfCalls
{
    private const int ProgLoad = 5;
    private const int ProgAttach = 8;
    private const uint AllowMulti = 2;

    /// <summary>Loads a program and attaches it to a v2 cgroup, where it stays, beside others of its kind, until the cgroup is removed.</summary>
    /// <exception cref="LinuxException">EPERM: no CAP_BPF or CAP_SYS_ADMIN (and CAP_NET_ADMIN for packets). EINVAL: the verifier refused it.</exception>
    public static void Attach(CgroupDirectory cgroup, CgroupProgramKind kind, ReadOnlySpan<byte> instructions)
    {
        int program = Load(kind, instructions);
        if (program < 0) { throw LinuxException.FromLastError("bpf", $"load of the program for {cgroup.Path}"); }
        try
        {
            var attach = new AttachAttributes { Target = (uint)cgroup.Descriptor.Number, Program = (uint)program, Type = (uint)kind & 0xff, Flags = AllowMulti };
            if (syscall(Number, ProgAttach, &attach, (nuint)sizeof(AttachAttributes)) < 0)
            {
                throw LinuxException.FromLastError("bpf", $"attach of the program to {cgroup.Path}");
            }
        }
        finally
        {
            CgroupCalls.Close(program);
        }
    }

    private static long Number => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    private static int Load(CgroupProgramKind kind, ReadOnlySpan<byte> instructions)
    {
        fixed (byte* code = instructions)
        fixed (byte* license = "none\0"u8)
        {
            var load = new LoadAttributes { Type = (uint)kind >> 8, Count = (uint)(instructions.Length / 8), Instructions = (ulong)code, License = (ulong)license };
            return (int)syscall(Number, ProgLoad, &load, (nuint)sizeof(LoadAttributes));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, int command, void* attributes, nuint size);

    /// <summary>The part of union bpf_attr that BPF_PROG_LOAD reads.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LoadAttributes
    {
        public uint Type;
        public uint Count;
        public ulong Instructions;
        public ulong License;
        public uint LogLevel;
        public uint LogSize;
        public ulong LogBuffer;
        public uint KernelVersion;
        public uint Flags;
    }

    /// <summary>The part of union bpf_attr that BPF_PROG_ATTACH reads.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AttachAttributes
    {
        public uint Target;
        public uint Program;
        public uint Type;
        public uint Flags;
        public uint Replaced;
    }
}

/// <summary>Where the kernel asks a program of a cgroup: its BPF_PROG_TYPE, and in the lowest byte its place of attachment.</summary>
public enum CgroupProgramKind
{
    /// <summary>Of each use of a device node: BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE.</summary>
    Device = (15 << 8) | 6,

    /// <summary>Of each packet that a socket of the cgroup sends: BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS.</summary>
    PacketOut = (8 << 8) | 1,
}
