using System.Runtime.InteropServices;

namespace Inro.Layout;

/// <summary>The few requests of ptrace(2) that following a program's first calls takes. All from one thread.</summary>
internal static unsafe partial class Ptrace
{
    public const int Seize = 0x4206;
    public const int Detach = 17;
    public const int Continue = 7;
    public const int Listen = 0x4208;
    public const int GetEventMessage = 0x4201;
    public const int EventExec = 4;
    public const int EventStop = 128;
    private const int GetRegisters = 12;
    private const int SetRegisters = 13;

    /// <summary>Follow forks, vforks, clones and execs; end the traced with the tracer.</summary>
    public const int Options = 0x2 | 0x4 | 0x8 | 0x10 | 0x100000;
    public const int AllThreads = 0x40000000;
    private const int RegisterCount = 27;
    private const int InstructionPointer = 16;

    public static void Request(int request, int pid, long data = 0)
    {
        if (ptrace(request, pid, 0, data) < 0)
        {
            throw new InvalidOperationException($"ptrace request {request:x} on {pid}: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>The traced has ended meanwhile: nothing is left to ask of it.</summary>
    public static bool TryRequest(int request, int pid, long data = 0) => ptrace(request, pid, 0, data) >= 0;

    public static ulong ProgramCounter(int pid)
    {
        ulong* registers = stackalloc ulong[RegisterCount];
        return ptrace(GetRegisters, pid, 0, (long)registers) < 0 ? 0 : registers[InstructionPointer];
    }

    public static void SetProgramCounter(int pid, ulong value)
    {
        ulong* registers = stackalloc ulong[RegisterCount];
        if (ptrace(GetRegisters, pid, 0, (long)registers) >= 0)
        {
            registers[InstructionPointer] = value;
            ptrace(SetRegisters, pid, 0, (long)registers);
        }
    }

    /// <returns>The pid that stopped or ended; -1 when none is left.</returns>
    public static int Wait(out int status)
    {
        int value;
        int pid = waitpid(-1, &value, AllThreads);
        status = value;
        return pid;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long ptrace(int request, int pid, long address, long data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* status, int options);
}
