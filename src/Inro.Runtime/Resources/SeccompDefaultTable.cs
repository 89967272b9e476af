namespace Inro.Runtime.Resources;

/// <summary>The rules of the default profile: which system calls a container may make when nobody says otherwise.</summary>
/// <remarks>
/// The facts (calls, conditions) are docker's default profile, so that what runs there runs here. The form is ours: a line that is not indented states for
/// whom the indented ones below it are allowed; <c>name(argument operator value)</c> sets a condition on an argument, <c>name!ERRNO</c> refuses with that
/// errno. Whatever is not named fails with EPERM, or with ENOSYS if it is newer than everything named. Count <see cref="Version"/> up with every change.
/// </remarks>
internal static class SeccompDefaultTable
{
    /// <summary>Part of the key under which compiled filters are kept.</summary>
    public const int Version = 1;

    public const string Text = """
        for everyone
            files: _llseek close close_range copy_file_range creat dup dup2 dup3 fadvise64 fadvise64_64 fallocate fcntl fcntl64 flock gettid ioctl lseek mknod
            files: mknodat name_to_handle_at open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readv sendfile
            files: sendfile64 splice tee vmsplice write writev
            directories: fdatasync fstatfs fstatfs64 fsync getdents getdents64 link linkat listmount mkdir mkdirat readlink readlinkat rename renameat
            directories: renameat2 rmdir statfs statfs64 statmount symlink symlinkat sync sync_file_range syncfs unlink unlinkat
            attributes: access cachestat chmod chown chown32 faccessat faccessat2 fchmod fchmodat fchmodat2 fchown fchown32 fchownat fstat fstat64 fstatat64
            attributes: ftruncate ftruncate64 futimesat lchown lchown32 lstat lstat64 newfstatat stat stat64 statx truncate truncate64 utime utimensat
            attributes: utimensat_time64 utimes
            xattrs: fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr lremovexattr lsetxattr
            xattrs: removexattr removexattrat setxattr setxattrat
            memory: brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap mseal msync
            memory: munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages
            processes: chdir execve execveat exit exit_group fchdir fork futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list
            processes: get_thread_area getcwd getpgrp getpid getppid getrandom getsid pidfd_open restart_syscall riscv_hwprobe rseq set_robust_list
            processes: set_thread_area set_tid_address setsid sysinfo umask uname uretprobe vfork wait4 waitid waitpid
            identity: capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid getresgid getresgid32 getresuid
            identity: getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setregid setregid32
            identity: setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32
            signals: kill pause pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
            signals: rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn tgkill tkill
            scheduling: getcpu getpriority getrlimit getrusage ioprio_get ioprio_set prlimit64 sched_get_priority_max sched_get_priority_min sched_getaffinity
            scheduling: sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
            scheduling: sched_setparam sched_setscheduler sched_yield setpriority setrlimit ugetrlimit
            clocks: adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep
            clocks: clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time timer_create timer_delete timer_getoverrun timer_gettime
            clocks: timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times
            events: _newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
            events: fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents
            events: io_pgetevents_time64 io_setup io_submit poll ppoll ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4
            ipc: ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv
            ipc: msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget
            sockets: accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg send sendmmsg
            sockets: sendmsg sendto setsockopt shutdown socketcall socketpair
            confinement: landlock_add_rule landlock_create_ruleset landlock_restrict_self prctl seccomp
            sockets: socket(0 < 38) socket(0 = 39) socket(0 > 40)   # 38 is AF_ALG, 40 AF_VSOCK
            processes: personality(0 = 0x0) personality(0 = 0x8) personality(0 = 0x20000) personality(0 = 0x20008) personality(0 = 0xffffffff)
        since 4.8
            tracing: process_vm_readv process_vm_writev ptrace   # before, ptrace could leave the filter
        on ppc64le
            calls: swapcontext sync_file_range2
        on arm arm64
            calls: arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2
        on amd64 x32
            calls: arch_prctl
        on amd64 x32 x86
            calls: modify_ldt
        on s390 s390x
            calls: s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr
        on riscv64
            calls: riscv_flush_icache
        with DAC_READ_SEARCH
            calls: open_by_handle_at
        with SYS_ADMIN
            calls: bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount
            calls: mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare
        with SYS_BOOT
            calls: reboot
        with SYS_CHROOT
            calls: chroot
        with SYS_MODULE
            calls: delete_module finit_module init_module
        with SYS_PACCT
            calls: acct
        with SYS_PTRACE
            calls: kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace
        with SYS_RAWIO
            calls: ioperm iopl
        with SYS_TIME
            calls: clock_settime clock_settime64 settimeofday stime
        with SYS_TTY_CONFIG
            calls: vhangup
        with SYS_NICE
            calls: get_mempolicy mbind set_mempolicy set_mempolicy_home_node
        with SYSLOG
            calls: syslog
        with BPF
            calls: bpf
        with PERFMON
            calls: perf_event_open
        without SYS_ADMIN, not on s390 s390x
            threads: clone(0 & 0x7e020000 = 0)   # no new namespace
        without SYS_ADMIN, on s390 s390x
            threads: clone(1 & 0x7e020000 = 0)   # this ABI swaps the first two arguments
        without SYS_ADMIN
            threads: clone3!ENOSYS   # its flags are out of a filter's sight, so libraries are sent back to clone
        """;
}
