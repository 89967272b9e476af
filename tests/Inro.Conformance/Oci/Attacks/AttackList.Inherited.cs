namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    /// <summary>What whoever starts the runtime has, and the container must not.</summary>
    private static IEnumerable<Attack> Inherited() =>
    [
        Inherits("blocked signals", "src/Inro.Linux/native/walker.c", "blocks SIGTERM and SIGUSR1",
            "", "") with { Runc = Outcome.Succeeds, Try = static b => Signals(b, "SigBlk", "use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGUSR1));") },
        Inherits("ignored signals", "src/Inro.Linux/native/walker.c", "ignores SIGPIPE, SIGHUP and SIGINT",
            "", "") with { Try = static b => Signals(b, "SigIgn", "$SIG{PIPE}=$SIG{HUP}=$SIG{INT}='IGNORE';") },
        Inherits("groups", IdentityFile, "is in two more groups", "$)='0 4242 4243';", "id -G | grep 424 && echo got groups; grep Groups /proc/$$/status | grep 424 && echo got groups"),
        Inherits("environment", "src/Inro.Runtime/Steps/ProgramSteps.cs", "has a variable", "$ENV{INHERITED}=1;", "env | grep INHERITED && echo got a variable"),
        Inherits("file mode mask", IdentityFile, "has a mask of 0", "umask 0;", "umask | grep -qx 0000 && echo got the mask"),
        Inherits("descriptors", "src/Inro.Runtime/Launch/LaunchBuilder.Operations.cs", "has a file and a directory of the host open", "$^F=100; open(F,'</etc/hostname'); opendir(D,'/'); open(G,'</');",
            "for n in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$n ] && echo got descriptor $n; done"),
        Inherits("working directory", IdentityFile, "stands in a directory of the host", "", "readlink /proc/$$/cwd | grep -vx / && echo got a directory"),
        Inherits("session keyring", IdentityFile, "has a key in its session keyring", "my($s,$t,$k,$v)=qw(session user key-of-the-test x); syscall(250,1,$s)>0 or die; syscall(248,$t,$k,$v,1,-3)>0 or die;", "/bin/ask && echo got the key") with
        {
            Prepare = static b => SmallProgram.Write(b.Rootfs + "/bin/ask", AsksForKey),
        },
    ];

    private static Attack Inherits(string what, string against, string does, string perl, string script) => new()
    {
        Case = 21, Name = what, Against = against, Does = $"whoever starts the runtime {does}; the container looks",
        Try = bundle =>
        {
            bundle.Wrapper = ["perl", "-e", perl + " exec @ARGV"];
            bundle.Script($"({script}) 2>/dev/null; true");
            return Loot.Of(bundle.Run().Ok().Output);
        },
    };

    /// <summary>Without a shell, which ignores signals of its own accord.</summary>
    private static string Signals(Bundle bundle, string set, string perl)
    {
        bundle.Wrapper = ["perl", "-e", perl + " exec @ARGV"];
        JsonPath.Put(bundle.Config, "process.args", $"""["/bin/grep","{set}","/proc/self/status"]""");
        string line = bundle.Run().Ok().Output.Trim();
        return line.EndsWith("\t0000000000000000", StringComparison.Ordinal) ? "" : Loot.Mark + line;
    }

    /// <summary>keyctl(KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "key-of-the-test", 0); exits with 0 where it is found, else with 1.</summary>
    private static byte[] AsksForKey =>
    [
        0xB8, 250, 0, 0, 0, 0xBF, 10, 0, 0, 0, 0x48, 0xC7, 0xC6, 0xFD, 0xFF, 0xFF, 0xFF, // mov eax, 250; mov edi, 10; mov rsi, -3
        0x48, 0x8D, 0x15, 30, 0, 0, 0, 0x4C, 0x8D, 0x15, 28, 0, 0, 0, // lea rdx, user; lea r10, key
        0x45, 0x31, 0xC0, 0x0F, 0x05, 0x48, 0xC1, 0xE8, 0x3F, 0x89, 0xC7, // xor r8d, r8d; syscall; shr rax, 63; mov edi, eax
        0xB8, 60, 0, 0, 0, 0x0F, 0x05, .. "\0\0\0\0\0"u8, .. "user\0"u8, .. "key-of-the-test\0"u8,
    ];
}
