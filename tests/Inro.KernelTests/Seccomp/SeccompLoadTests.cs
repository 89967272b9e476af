using System.Runtime.InteropServices;
using Inro.KernelTests.Harness;
using Inro.Linux.Capabilities;
using Inro.Runtime.Resources;
using Xunit;

namespace Inro.KernelTests.Seccomp;

/// <summary>The kernel takes the compiled default filter and obeys it. It is loaded into a thread that ends with the test.</summary>
public sealed partial class SeccompLoadTests
{
    private const int SetNoNewPrivileges = 38;
    private const int Eperm = 1;
    private const int Enosys = 38;

    [KernelFact(Needs.LibSeccomp)]
    public void Default_filter_loads_and_denies()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "needs an x86-64 machine: call numbers");
        using TempDir directory = TempDir.Create();
        SeccompFilter filter = new SeccompFilterCache(directory.Path).GetDefault(CapabilitySet.DockerDefault);
        long loaded = -1;
        List<(long Result, int Errno)> answers = [];
        var thread = new Thread(() =>
        {
            loaded = Load(filter);
            foreach (long call in (long[])[39, 250, 272, 435]) // getpid, keyctl, unshare, clone3
            {
                long result = Call(call, call == 272 ? 0x0400_0000 : 0, 0, 0, 0, 0);
                answers.Add((result, Marshal.GetLastPInvokeError()));
            }
        });
        thread.Start();
        thread.Join();

        Assert.Equal(0, loaded);
        Assert.Equal(Environment.ProcessId, answers[0].Result);
        Assert.Equal((-1L, Eperm), answers[1]);
        Assert.Equal((-1L, Eperm), answers[2]);
        Assert.Equal((-1L, Enosys), answers[3]);
    }

    // struct sock_fprog: length, padding, address
    private static long Load(SeccompFilter filter)
    {
        nint program = Marshal.AllocHGlobal(filter.Program.Length + 16);
        try
        {
            Marshal.Copy(filter.Program.ToArray(), 0, program + 16, filter.Program.Length);
            Marshal.WriteInt64(program, filter.InstructionCount);
            Marshal.WriteIntPtr(program + 8, program + 16);
            return Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0 ? -1 : Call(317, 1, filter.Flags, program, 0, 0);
        }
        finally
        {
            Marshal.FreeHGlobal(program);
        }
    }

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern long Call(long number, long a0, long a1, nint a2, long a3, long a4);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int Control(int option, nuint a2, nuint a3, nuint a4, nuint a5);
}
