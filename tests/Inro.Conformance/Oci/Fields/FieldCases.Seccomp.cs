using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Fields;

internal static partial class FieldCases
{
    /// <summary>Tells its first system call's failure by its status, and needs only exit besides: getpid; exit(-result).</summary>
    private static ReadOnlySpan<byte> AsksForPid => [0xB8, 39, 0, 0, 0, 0x0F, 0x05, 0xF7, 0xD8, 0x89, 0xC7, 0xB8, 60, 0, 0, 0, 0x0F, 0x05];

    private static IEnumerable<FieldCase> Seccomp()
    {
        const string OnlyExec = """{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":77,"architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["execve","exit"],"action":"SCMP_ACT_ALLOW"}]}""";
        static string Ask(Bundle bundle)
        {
            SmallProgram.Write(bundle.Rootfs + "/bin/ask", AsksForPid);
            return $"status {bundle.Run().ExitCode}\n";
        }

        yield return Seen(["linux.seccomp.defaultAction", "linux.seccomp.defaultErrnoRet"], "status 77\n", OnlyExec) with { Look = Ask };
        string[] rule = ["names[]", "action", "errnoRet"];
        yield return Seen([.. rule.Select(static f => "linux.seccomp.syscalls[]." + f)], "No space left on device", """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":28}]}
            """) with { Script = "mkdir /made || test ! -d /made" };

        // ftruncate's second argument is the length; both lengths are tried, and only one is forbidden.
        yield return Seen(["linux.seccomp.syscalls[].args[].index", "linux.seccomp.syscalls[].args[].value", "linux.seccomp.syscalls[].args[].op"], "4242 no\n4243 yes\n", """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["ftruncate"],"action":"SCMP_ACT_ERRNO","errnoRet":28,"args":[{"index":1,"value":4242,"op":"SCMP_CMP_EQ"}]}]}
            """) with { Script = "for n in 4242 4243; do truncate -s $n /f 2>/dev/null && echo $n yes || echo $n no; done" };
        yield return Seen(["linux.seccomp.syscalls[].args[].valueTwo"], "4112 no\n4113 yes\n8208 no\n", """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["ftruncate"],"action":"SCMP_ACT_ERRNO","errnoRet":28,"args":[{"index":1,"value":4095,"valueTwo":16,"op":"SCMP_CMP_MASKED_EQ"}]}]}
            """) with { Script = "for n in 4112 4113 8208; do truncate -s $n /f 2>/dev/null && echo $n yes || echo $n no; done" };
        yield return Seen(["linux.seccomp.flags[]"], "SECCOMP_FILTER_FLAG_LOG, {", """
            {"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_LOG"],"syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO"}]}
            """) with { Script = "true", Needs = Needs.LibSeccomp | Needs.Strace, Look = Traced };
        yield return Seen(["linux.seccomp.architectures[]"], "status 32\n", """
            {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],"syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO"}]}
            """) with { Look = Narrow };
    }

    private static FieldCase Seen(string[] fields, string shows, string profile) => new()
    {
        Fields = fields, Shows = shows, Needs = Needs.LibSeccomp,
        Config = [("linux.seccomp", profile), ("process.args", "[\"/bin/ask\"]")],
    };

    private static string Traced(Bundle bundle)
    {
        string trace = bundle.Path + "/trace";
        bundle.Wrapper = ["strace", "-f", "-e", "trace=seccomp,capset", "-o", trace];
        bundle.Run();
        return File.ReadAllText(trace);
    }

    /// <summary>A call of the other system call table: mov eax,1; mov ebx,32; int 0x80.</summary>
    private static string Narrow(Bundle bundle)
    {
        SmallProgram.Write(bundle.Rootfs + "/bin/ask", [0xB8, 1, 0, 0, 0, 0xBB, 32, 0, 0, 0, 0xCD, 0x80]);
        return $"status {bundle.Run().ExitCode}\n";
    }
}
