/*
 * The first process of a container with --init: starts the command, hands signals on to it, and takes the status of every process
 * that nobody else waits for. A static program without libc, so that it runs in any image.
 *
 *   init -- COMMAND [ARGUMENT...]
 *
 * Exit status: the command's; 128 and the signal that ended it; 127 where it is not there, 126 where it cannot be executed.
 */

#include "machine.h"

enum {
    ENOENT = 2, EACCES = 13, ENOTDIR = 20, EINTR = 4,
    SIG_SETMASK = 2, SIGCHLD = 17, SIGTTIN = 21, SIGTTOU = 22,
    WNOHANG = 1,
    PR_SET_CHILD_SUBREAPER = 36,
    TIOCSPGRP = 0x5410,
    SET_BYTES = 8,
    LONGEST_PATH = 4096,
};

struct timespec { s64 seconds, nanoseconds; };

static void finish(s32 status) __attribute__((noreturn));
static void finish(s32 status)
{
    for (;;) { CALL1(__NR_exit_group, status); }
}

static u64 length_of(const char *text)
{
    u64 length = 0;
    while (text[length] != 0) { length++; }
    return length;
}

static void say(const char *text) { CALL3(__NR_write, 2, P(text), (s64)length_of(text)); }

static int has_slash(const char *name)
{
    for (; *name != 0; name++) {
        if (*name == '/') { return 1; }
    }
    return 0;
}

static const char *search_path(char *const *environment)
{
    for (; *environment != 0; environment++) {
        const char *e = *environment;
        if (e[0] == 'P' && e[1] == 'A' && e[2] == 'T' && e[3] == 'H' && e[4] == '=') { return e + 5; }
    }
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* Tries the name in one directory after the other; returns why the last attempt that found something failed. */
static s64 execute_in(const char *directories, const char *name, char *const *arguments, char *const *environment)
{
    static char path[LONGEST_PATH + 1];
    s64 why = -ENOENT;
    u64 name_length = length_of(name);
    for (;;) {
        u64 at = 0;
        while (*directories != 0 && *directories != ':' && at < LONGEST_PATH) { path[at++] = *directories++; }
        if (at == 0) { path[at++] = '.'; }
        if (at + 1 + name_length <= LONGEST_PATH) {
            path[at++] = '/';
            memcpy(path + at, name, name_length + 1);
            s64 failed = CALL3(__NR_execve, P(path), P(arguments), P(environment));
            if (failed != -ENOENT && failed != -ENOTDIR) { why = failed; }
        }
        while (*directories != 0 && *directories != ':') { directories++; }
        if (*directories++ == 0) { return why; }
    }
}

static void become_command(char *const *arguments, char *const *environment, const u64 *mask) __attribute__((noreturn));
static void become_command(char *const *arguments, char *const *environment, const u64 *mask)
{
    s32 self = (s32)CALL0(__NR_getpid);
    CALL2(__NR_setpgid, 0, 0);
    CALL3(__NR_ioctl, 0, TIOCSPGRP, P(&self)); /* only where there is a terminal */
    CALL4(__NR_rt_sigprocmask, SIG_SETMASK, P(mask), 0, SET_BYTES);
    s64 why = has_slash(arguments[0]) ? CALL3(__NR_execve, P(arguments[0]), P(arguments), P(environment))
                                      : execute_in(search_path(environment), arguments[0], arguments, environment);
    int is_missing = why == -ENOENT || why == -ENOTDIR;
    say("init: cannot execute ");
    say(arguments[0]);
    say(is_missing ? ": no such file or directory\n" : why == -EACCES ? ": permission denied\n" : ": it is not a program for this machine\n");
    finish(is_missing ? 127 : 126);
}

/* Takes the status of all that have ended; ends with the command. */
static void reap(s64 command)
{
    for (;;) {
        s32 status = 0;
        s64 ended = CALL4(__NR_wait4, -1, P(&status), WNOHANG, 0);
        if (ended == -EINTR) { continue; }
        if (ended <= 0) { return; }
        if (ended == command) { finish((status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)); }
    }
}

__attribute__((used, noreturn)) static void begin(const s64 *stack)
{
    s64 count = stack[0];
    char *const *arguments = (char *const *)(stack + 1);
    char *const *environment = arguments + count + 1;
    if (count < 3) {
        say("init: no command\n");
        finish(126);
    }

    u64 all = ~0ul, before = 0;
    CALL4(__NR_rt_sigprocmask, SIG_SETMASK, P(&all), P(&before), SET_BYTES);
    if (CALL0(__NR_getpid) != 1) { CALL5(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

    s64 command = CALL5(__NR_clone, SIGCHLD, 0, 0, 0, 0);
    if (command == 0) { become_command(arguments + 2, environment, &before); }
    if (command < 0) {
        say("init: no process can be started\n");
        finish(126);
    }

    for (;;) {
        reap(command);
        s64 signal = CALL4(__NR_rt_sigtimedwait, P(&all), 0, 0, SET_BYTES);
        if (signal > 0 && signal != SIGCHLD && signal != SIGTTIN && signal != SIGTTOU) { CALL2(__NR_kill, command, signal); }
    }
}
