using System.Buffers.Binary;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    private const string Filter = "src/Inro.Runtime/Resources/SeccompTranslation.cs";
    private const string NoDirectories = """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}""";

    private static IEnumerable<Attack> Filters() =>
    [
        new()
        {
            Case = 18, Name = "calls by int 0x80", Against = Filter, Needs = Needs.LibSeccomp,
            Does = "makes a directory by the 32-bit table, where the filter forbids mkdir and names no architecture; without the filter the directory is made",
            Try = static b => ByAnotherTable(b, [0xB8, 39, 0, 0, 0, 0xBB, .. At(21), 0xB9, 0xFF, 1, 0, 0, 0xCD, 0x80, 0xF4, 0, 0, 0], unfiltered: true),
        },
        new()
        {
            Case = 18, Name = "calls by the x32 table", Against = Filter, Needs = Needs.LibSeccomp,
            Does = "the same by the x32 numbers of the 64-bit table",
            Try = static b => ByAnotherTable(b, [0xB8, 83, 0, 0, 0x40, 0xBF, .. At(21), 0xBE, 0xFF, 1, 0, 0, 0x0F, 0x05, 0xF4, 0, 0, 0], unfiltered: false), // few kernels have them
        },
        new()
        {
            Case = 22, Name = "calls after the filter", Against = "src/Inro.Runtime/Steps/ProgramSteps.cs", Needs = Needs.LibSeccomp, Runc = Outcome.Succeeds, Crun = Outcome.Succeeds,
            Does = "a filter that allows execve and exit alone: a runtime that needs another call after loading it starts nothing",
            Prepare = static b =>
            {
                SmallProgram.Write(b.Rootfs + "/bin/ask", [0xBF, 42, 0, 0, 0, 0xB8, 60, 0, 0, 0, 0x0F, 0x05]); // exit(42)
                JsonPath.Put(b.Config, "linux.seccomp", """{"defaultAction":"SCMP_ACT_KILL_PROCESS","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["execve","exit"],"action":"SCMP_ACT_ALLOW"}]}""");
                JsonPath.Put(b.Config, "process.args", """["/bin/ask"]""");
            },
            Try = static b => b.Run() is { ExitCode: not 42 } failed ? $"{Loot.Mark}{failed.ExitCode} {failed.Error}" : "",
        },
    ];

    /// <summary>The address of a byte of a small program.</summary>
    private static byte[] At(int offset)
    {
        byte[] address = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(address, 0x400000 + 64 + 56 + offset);
        return address;
    }

    /// <summary>Runs a program of 21 bytes that makes the directory whose name follows it, with the filter.</summary>
    private static string ByAnotherTable(Bundle bundle, byte[] code, bool unfiltered)
    {
        SmallProgram.Write(bundle.Rootfs + "/bin/ask", [.. code, .. "/made\0"u8]);
        JsonPath.Put(bundle.Config, "process.args", """["/bin/ask"]""");
        string made = bundle.Rootfs + "/made";
        if (unfiltered)
        {
            bundle.Run();
            if (!Directory.Exists(made)) { throw new InvalidOperationException("the attack would not work without a filter either"); }

            Directory.Delete(made);
        }

        JsonPath.Put(bundle.Config, "linux.seccomp", NoDirectories);
        bundle.Run();
        return Directory.Exists(made) ? Loot.Mark + "a directory" : "";
    }
}
