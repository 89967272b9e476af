using System.Runtime.InteropServices;

namespace Inro.Linux;

/// <summary>A system call: its name and its numbers. The only place that knows what an architecture calls what.</summary>
/// <param name="Name">As in the man pages and in strace.</param>
/// <param name="X64">Number on x86-64.</param>
/// <param name="Arm64">Number on arm64 (the kernel's generic table).</param>
/// <remarks>Calls that arm64 does not have (<c>open</c>, <c>mkdir</c>, …) are left out: use the <c>*at</c> forms.</remarks>
public readonly record struct SystemCall(string Name, short X64, short Arm64)
{
    /// <summary>The number on the machine that runs this.</summary>
    public short Number => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => throw new PlatformNotSupportedException($"no system call numbers for {RuntimeInformation.ProcessArchitecture}"),
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

#pragma warning disable CS1591 // each name is its own documentation: section 2 of the manual
    public static SystemCall Read => new("read", 0, 63);
    public static SystemCall Write => new("write", 1, 64);
    public static SystemCall Close => new("close", 3, 57);
    public static SystemCall Fstat => new("fstat", 5, 80);
    public static SystemCall Lseek => new("lseek", 8, 62);
    public static SystemCall Mmap => new("mmap", 9, 222);
    public static SystemCall Mprotect => new("mprotect", 10, 226);
    public static SystemCall Munmap => new("munmap", 11, 215);
    public static SystemCall RtSigaction => new("rt_sigaction", 13, 134);
    public static SystemCall RtSigprocmask => new("rt_sigprocmask", 14, 135);
    public static SystemCall Ioctl => new("ioctl", 16, 29);
    public static SystemCall Pread64 => new("pread64", 17, 67);
    public static SystemCall Pwrite64 => new("pwrite64", 18, 68);
    public static SystemCall Readv => new("readv", 19, 65);
    public static SystemCall Writev => new("writev", 20, 66);
    public static SystemCall Dup => new("dup", 32, 23);
    public static SystemCall Nanosleep => new("nanosleep", 35, 101);
    public static SystemCall Getpid => new("getpid", 39, 172);
    public static SystemCall Sendfile => new("sendfile", 40, 71);
    public static SystemCall Socket => new("socket", 41, 198);
    public static SystemCall Connect => new("connect", 42, 203);
    public static SystemCall Accept => new("accept", 43, 202);
    public static SystemCall Sendto => new("sendto", 44, 206);
    public static SystemCall Recvfrom => new("recvfrom", 45, 207);
    public static SystemCall Sendmsg => new("sendmsg", 46, 211);
    public static SystemCall Recvmsg => new("recvmsg", 47, 212);
    public static SystemCall Shutdown => new("shutdown", 48, 210);
    public static SystemCall Bind => new("bind", 49, 200);
    public static SystemCall Listen => new("listen", 50, 201);
    public static SystemCall Socketpair => new("socketpair", 53, 199);
    public static SystemCall Setsockopt => new("setsockopt", 54, 208);
    public static SystemCall Execve => new("execve", 59, 221);
    public static SystemCall Exit => new("exit", 60, 93);
    public static SystemCall Wait4 => new("wait4", 61, 260);
    public static SystemCall Kill => new("kill", 62, 129);
    public static SystemCall Fcntl => new("fcntl", 72, 25);
    public static SystemCall Flock => new("flock", 73, 32);
    public static SystemCall Fsync => new("fsync", 74, 82);
    public static SystemCall Ftruncate => new("ftruncate", 77, 46);
    public static SystemCall Getcwd => new("getcwd", 79, 17);
    public static SystemCall Chdir => new("chdir", 80, 49);
    public static SystemCall Fchdir => new("fchdir", 81, 50);
    public static SystemCall Fchmod => new("fchmod", 91, 52);
    public static SystemCall Fchown => new("fchown", 93, 55);
    public static SystemCall Umask => new("umask", 95, 166);
    public static SystemCall Getrlimit => new("getrlimit", 97, 163);
    public static SystemCall Getuid => new("getuid", 102, 174);
    public static SystemCall Getgid => new("getgid", 104, 176);
    public static SystemCall Setuid => new("setuid", 105, 146);
    public static SystemCall Setgid => new("setgid", 106, 144);
    public static SystemCall Geteuid => new("geteuid", 107, 175);
    public static SystemCall Getegid => new("getegid", 108, 177);
    public static SystemCall Setpgid => new("setpgid", 109, 154);
    public static SystemCall Getppid => new("getppid", 110, 173);
    public static SystemCall Setsid => new("setsid", 112, 157);
    public static SystemCall Setgroups => new("setgroups", 116, 159);
    public static SystemCall Setresuid => new("setresuid", 117, 147);
    public static SystemCall Setresgid => new("setresgid", 119, 149);
    public static SystemCall Setfsuid => new("setfsuid", 122, 151);
    public static SystemCall Setfsgid => new("setfsgid", 123, 152);
    public static SystemCall Capget => new("capget", 125, 90);
    public static SystemCall Capset => new("capset", 126, 91);
    public static SystemCall Personality => new("personality", 135, 92);
    public static SystemCall Statfs => new("statfs", 137, 43);
    public static SystemCall Fstatfs => new("fstatfs", 138, 44);
    public static SystemCall Setpriority => new("setpriority", 141, 140);
    public static SystemCall SchedSetparam => new("sched_setparam", 142, 118);
    public static SystemCall SchedSetscheduler => new("sched_setscheduler", 144, 119);
    public static SystemCall PivotRoot => new("pivot_root", 155, 41);
    public static SystemCall Prctl => new("prctl", 157, 167);
    public static SystemCall Setrlimit => new("setrlimit", 160, 164);
    public static SystemCall Chroot => new("chroot", 161, 51);
    public static SystemCall Sync => new("sync", 162, 81);
    public static SystemCall Mount => new("mount", 165, 40);
    public static SystemCall Umount2 => new("umount2", 166, 39);
    public static SystemCall Sethostname => new("sethostname", 170, 161);
    public static SystemCall Setdomainname => new("setdomainname", 171, 162);
    public static SystemCall Gettid => new("gettid", 186, 178);
    public static SystemCall Setxattr => new("setxattr", 188, 5);
    public static SystemCall Fsetxattr => new("fsetxattr", 190, 7);
    public static SystemCall SchedSetaffinity => new("sched_setaffinity", 203, 122);
    public static SystemCall ExitGroup => new("exit_group", 231, 94);
    public static SystemCall Tgkill => new("tgkill", 234, 131);
    public static SystemCall Mbind => new("mbind", 237, 235);
    public static SystemCall SetMempolicy => new("set_mempolicy", 238, 237);
    public static SystemCall Waitid => new("waitid", 247, 95);
    public static SystemCall AddKey => new("add_key", 248, 217);
    public static SystemCall RequestKey => new("request_key", 249, 218);
    public static SystemCall Keyctl => new("keyctl", 250, 219);
    public static SystemCall IoprioSet => new("ioprio_set", 251, 30);
    public static SystemCall Openat => new("openat", 257, 56);
    public static SystemCall Mkdirat => new("mkdirat", 258, 34);
    public static SystemCall Mknodat => new("mknodat", 259, 33);
    public static SystemCall Fchownat => new("fchownat", 260, 54);
    public static SystemCall Newfstatat => new("newfstatat", 262, 79);
    public static SystemCall Unlinkat => new("unlinkat", 263, 35);
    public static SystemCall Renameat => new("renameat", 264, 38);
    public static SystemCall Linkat => new("linkat", 265, 37);
    public static SystemCall Symlinkat => new("symlinkat", 266, 36);
    public static SystemCall Readlinkat => new("readlinkat", 267, 78);
    public static SystemCall Fchmodat => new("fchmodat", 268, 53);
    public static SystemCall Faccessat => new("faccessat", 269, 48);
    public static SystemCall Ppoll => new("ppoll", 271, 73);
    public static SystemCall Unshare => new("unshare", 272, 97);
    public static SystemCall Utimensat => new("utimensat", 280, 88);
    public static SystemCall Fallocate => new("fallocate", 285, 47);
    public static SystemCall Accept4 => new("accept4", 288, 242);
    public static SystemCall Dup3 => new("dup3", 292, 24);
    public static SystemCall Pipe2 => new("pipe2", 293, 59);
    public static SystemCall Prlimit64 => new("prlimit64", 302, 261);
    public static SystemCall Setns => new("setns", 308, 268);
    public static SystemCall SchedSetattr => new("sched_setattr", 314, 274);
    public static SystemCall Renameat2 => new("renameat2", 316, 276);
    public static SystemCall Seccomp => new("seccomp", 317, 277);
    public static SystemCall Getrandom => new("getrandom", 318, 278);
    public static SystemCall MemfdCreate => new("memfd_create", 319, 279);
    public static SystemCall Execveat => new("execveat", 322, 281);
    public static SystemCall CopyFileRange => new("copy_file_range", 326, 285);
    public static SystemCall Statx => new("statx", 332, 291);
    public static SystemCall PidfdSendSignal => new("pidfd_send_signal", 424, 424);
    public static SystemCall OpenTree => new("open_tree", 428, 428);
    public static SystemCall MoveMount => new("move_mount", 429, 429);
    public static SystemCall Fsopen => new("fsopen", 430, 430);
    public static SystemCall Fsconfig => new("fsconfig", 431, 431);
    public static SystemCall Fsmount => new("fsmount", 432, 432);
    public static SystemCall Fspick => new("fspick", 433, 433);
    public static SystemCall PidfdOpen => new("pidfd_open", 434, 434);
    public static SystemCall Clone3 => new("clone3", 435, 435);
    public static SystemCall CloseRange => new("close_range", 436, 436);
    public static SystemCall Openat2 => new("openat2", 437, 437);
    public static SystemCall PidfdGetfd => new("pidfd_getfd", 438, 438);
    public static SystemCall Faccessat2 => new("faccessat2", 439, 439);
    public static SystemCall MountSetattr => new("mount_setattr", 442, 442);
    public static SystemCall QuotactlFd => new("quotactl_fd", 443, 443);
    public static SystemCall LandlockCreateRuleset => new("landlock_create_ruleset", 444, 444);
    public static SystemCall LandlockAddRule => new("landlock_add_rule", 445, 445);
    public static SystemCall LandlockRestrictSelf => new("landlock_restrict_self", 446, 446);
    public static SystemCall SetMempolicyHomeNode => new("set_mempolicy_home_node", 450, 450);
    public static SystemCall Fchmodat2 => new("fchmodat2", 452, 452);
#pragma warning restore CS1591
}
