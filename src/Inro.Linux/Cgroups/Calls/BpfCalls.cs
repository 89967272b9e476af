using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

/// <summary>The two uses of bpf(2) that device programs need.</summary>
public static unsafe partial class BpfCalls
{
    private const int ProgLoad = 5;
    private const int ProgAttach = 8;
    private const uint TypeCgroupDevice = 15;
    private const uint AttachCgroupDevice = 6;
    private const uint AllowMulti = 2;

    /// <summary>Loads a device program and attaches it to a v2 cgroup, where it stays until the cgroup is removed.</summary>
    /// <exception cref="LinuxException">EPERM: no CAP_BPF or CAP_SYS_ADMIN. EINVAL: the verifier refused it.</exception>
    public static void AttachDeviceProgram(CgroupDirectory cgroup, ReadOnlySpan<byte> instructions)
    {
        int program = Load(instructions);
        if (program < 0) { throw LinuxException.FromLastError("bpf", "load of the device program for " + cgroup.Path); }
        try
        {
            var attach = new AttachAttributes { Target = (uint)cgroup.Descriptor.Number, Program = (uint)program, Type = AttachCgroupDevice, Flags = AllowMulti };
            if (syscall(Number, ProgAttach, &attach, (nuint)sizeof(AttachAttributes)) < 0)
            {
                throw LinuxException.FromLastError("bpf", "attach of the device program to " + cgroup.Path);
            }
        }
        finally
        {
            CgroupCalls.Close(program);
        }
    }

    private static long Number => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    private static int Load(ReadOnlySpan<byte> instructions)
    {
        fixed (byte* code = instructions)
        fixed (byte* license = "none\0"u8)
        {
            var load = new LoadAttributes { Type = TypeCgroupDevice, Count = (uint)(instructions.Length / 8), Instructions = (ulong)code, License = (ulong)license };
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
