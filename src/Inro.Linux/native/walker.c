/*
 * The walker: what runs between clone and exec (step 8 of a run).
 *
 * A static program without libc. The host starts it with a control socket and a launch program (a sealed memory file), and it
 * does the program's operations one after the other. It decides nothing: which operations, in which order and with which
 * arguments was settled before it existed. The format stands in Inro.Runtime/Launch/LaunchFormat.cs, with the same numbers.
 *
 *   argv[1]      decimal number B of the control socket (SOCK_SEQPACKET); the program is B + 1, inherited descriptors follow
 *   walker       ── message ──►  host       failed │ cloned │ at gate │ sync │ announced │ done
 *   walker       ◄── answer ───  host       to a sync only; end of file means: give up
 *
 * The host tells success from death by three things together: the message "announced", then end of file, and a process that has
 * executed something since it was cloned (a flag of the kernel's that nobody can forge).
 *
 * Exit status of a walker that failed: the errno, or 1. It is the only report left once a filter forbids sending.
 */

#include "machine.h"

/* ---- the kernel's numbers and structures that are used here ---------------------------------------------------------------- */

enum {
    EINTR = 4, EMFILE = 24, EINVAL = 22, EOVERFLOW = 75, EBADFD = 77, EPROTO = 71, EBADMSG = 74, ETIMEDOUT = 110,
    ECONNABORTED = 103, ECONNRESET = 104, ECANCELED = 125,
    O_CLOEXEC = 02000000, FD_CLOEXEC = 1, F_SETFD = 2,
    PROT_READ_WRITE = 3, MAP_PRIVATE = 2,
    CLOSE_RANGE_CLOEXEC = 4,
    SOL_SOCKET = 1, SCM_RIGHTS = 1,
    MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000, MSG_CTRUNC = 8,
    MFD_CLOEXEC = 1, MFD_NOEXEC_SEAL = 8,
    PR_SET_NAME = 15,
    SIGKILL = 9, SIGCHLD = 17,
    CLONE_PIDFD = 0x1000,
    CLONE_VM = 0x100, CLONE_FS = 0x200, CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800, CLONE_THREAD = 0x10000, CLONE_SYSVSEM = 0x40000,
    SECCOMP_SET_MODE_FILTER = 1,
    P_PIDFD = 3, WEXITED = 4, WALL = 0x40000000, CLD_EXITED = 1,
    POLLIN = 1,
};

struct iovec { void *base; u64 length; };
struct msghdr { void *name; u64 name_length; struct iovec *parts; u64 part_count; void *control; u64 control_length; u64 flags; };
struct pollfd { s32 descriptor; u16 events, returned; };
struct timespec { s64 seconds, nanoseconds; };
struct clone_args { u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; };

/* ---- the program -------------------------------------------------------------------------------------------------------- */

enum { MAX_ITEMS = 8 };

#define MAGIC 0x0001504c4f524e49ul
#define UNSET ((s64)1 << 63)
#define NO_SLOT 0xffff
#define WANTS_UNSET 0x8000
#define ANY_ERRNO 0xffff

struct header {
    u64 magic;
    u32 bytes, slot_count, relocation_count, operation_count;
    u32 slots, relocations, operations, data;      /* offsets */
    u32 fail_at, fail_with, kill_at;               /* faults of tests; operations count from 1, 0 is none */
    u32 descriptors;                               /* how many there are from the control socket upwards */
    char name[16];
    u64 reserved[3];
};

enum kind { KIND_CALL, KIND_STORE, KIND_SYNC, KIND_GATE, KIND_SPAWN, KIND_CLONE, KIND_EXPECT, KIND_ANNOUNCE, KIND_LISTEN, KIND_LOAD };
enum argument { ARGUMENT_IMMEDIATE, ARGUMENT_POINTER, ARGUMENT_SLOT };
enum { FORMAT_BINARY32 = 4, FORMAT_BINARY64 = 8, FORMAT_DECIMAL = 10 };
enum { GATE_FIFO, GATE_LISTENER };

struct operation {
    u16 kind, number;
    u16 argument_kinds;                            /* two bits each */
    u16 result, when, argument_count;
    u16 tolerated[4];
    u32 reserved2;
    s64 arguments[6];
    u64 extra;
};

struct lists {                                     /* slots of a sync */
    u16 send_count, receive_count, value_count, reserved;
    u16 send[MAX_ITEMS], receive[MAX_ITEMS], values[MAX_ITEMS];
};

enum message_kind { FAILED = 1, CLONED, AT_GATE, SYNC, ANNOUNCED, DONE };

struct message {
    u32 kind, index;
    s32 error;                                     /* of FAILED */
    u32 stage;                                     /* how many clones lie behind the sender */
    s64 value;                                     /* pid of CLONED; (si_code << 16 | si_status) of a FAILED spawn */
    u32 length, descriptors;
};

struct answer {
    u32 index, length, value_count, descriptor_count;
    s64 values[MAX_ITEMS];
};

struct rights {                                    /* one control message with descriptors */
    u64 length;
    s32 level, type;
    s32 descriptors[MAX_ITEMS];
};

_Static_assert(sizeof(struct header) == 96 && sizeof(struct operation) == 80 && sizeof(struct message) == 32
    && sizeof(struct answer) == 80 && sizeof(struct lists) == 56, "these are the format");

static struct header *header;
static s64 *slots;
static u8 *data;
static s32 control;
static u32 stage;

/* ---- talking to the host -------------------------------------------------------------------------------------------------- */

static void finish(s64 status) __attribute__((noreturn));
static void finish(s64 status)
{
    for (;;) { CALL1(__NR_exit_group, status); }
}

static s64 send_message(struct message *message, const void *bytes, struct rights *rights, u32 count)
{
    struct iovec parts[2] = { { message, sizeof *message }, { (void *)bytes, message->length } };
    struct msghdr envelope = { 0, 0, parts, message->length > 0 ? 2 : 1, 0, 0, 0 };
    if (count > 0) {
        rights->length = 16 + 4 * count;
        rights->level = SOL_SOCKET;
        rights->type = SCM_RIGHTS;
        envelope.control = rights;
        envelope.control_length = (rights->length + 7) & ~7ul;
    }
    s64 result;
    do { result = CALL3(__NR_sendmsg, control, P(&envelope), MSG_NOSIGNAL); } while (result == -EINTR);
    return result;
}

/* A host that is gone does not matter here: behind a gate nobody needs to listen. */
static void tell(u32 kind, u32 index, s32 error, s64 value)
{
    struct message message = { kind, index, error, stage, value, 0, 0 };
    send_message(&message, 0, 0, 0);
}

static void fail(u32 index, s64 error, s64 value) __attribute__((noreturn));
static void fail(u32 index, s64 error, s64 value)
{
    tell(FAILED, index, (s32)error, value);
    finish(error > 0 && error < 256 ? error : 1);
}

static s64 must(u32 index, s64 result)
{
    if (result < 0) { fail(index, -result, 0); }
    return result;
}

/* ---- one function for each kind of operation -------------------------------------------------------------------------------- */

static void set_result(const struct operation *op, s64 value)
{
    if (op->result != NO_SLOT) { slots[op->result] = value; }
}

static int is_tolerated(const struct operation *op, s64 error)
{
    for (u32 i = 0; i < 4; i++) {
        if (op->tolerated[i] == (u16)error || op->tolerated[i] == ANY_ERRNO) { return 1; }
    }
    return 0;
}

static void do_call(u32 index, const struct operation *op, const s64 *a)
{
    s64 result = CALL6(op->number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result >= 0 || result < -4095) {
        set_result(op, result);
        return;
    }
    if (!is_tolerated(op, -result)) { fail(index, -result, 0); }
}

static void do_store(u32 index, const struct operation *op, const s64 *a)
{
    s64 value = a[0];
    u8 *to = (u8 *)a[1];
    u64 format = a[2], room = a[3];
    if (format != FORMAT_DECIMAL) {
        memcpy(to, &value, format);
        set_result(op, format);
        return;
    }
    u8 digits[20];
    u32 count = 0, sign = value < 0;
    u64 rest = sign ? -(u64)value : (u64)value;
    do { digits[count++] = '0' + rest % 10; rest /= 10; } while (rest > 0);
    if (count + sign + 1 > room) { fail(index, EOVERFLOW, 0); }
    if (sign) { *to++ = '-'; }
    set_result(op, count + sign);
    while (count > 0) { *to++ = digits[--count]; }
    *to = 0;
}

static void do_load(const struct operation *op, const s64 *a)
{
    u64 value = 0;
    memcpy(&value, (const void *)a[0], a[1]);
    set_result(op, (s64)value);
}

static void do_sync(u32 index, const s64 *a)
{
    const struct lists *lists = (const struct lists *)a[4];
    struct rights rights;
    for (u32 i = 0; i < lists->send_count; i++) {
        s64 value = slots[lists->send[i]];
        if (value == UNSET) { fail(index, EBADFD, 0); }
        rights.descriptors[i] = (s32)value;
    }
    struct message message = { SYNC, index, 0, stage, 0, (u32)a[1], lists->send_count };
    must(index, send_message(&message, (const void *)a[0], &rights, lists->send_count));

    struct answer answer;
    struct iovec parts[2] = { { &answer, sizeof answer }, { (void *)a[2], a[3] } };
    struct msghdr envelope = { 0, 0, parts, 2, &rights, sizeof rights, 0 };
    s64 got;
    do { got = CALL3(__NR_recvmsg, control, P(&envelope), MSG_CMSG_CLOEXEC); } while (got == -EINTR);
    if (got == 0 || got == -ECONNRESET) { finish(ECANCELED); }
    must(index, got);
    if (got < (s64)sizeof answer || answer.index != index || answer.length != got - sizeof answer
        || answer.value_count > lists->value_count || answer.descriptor_count > lists->receive_count) {
        fail(index, EBADMSG, 0);
    }
    u32 count = envelope.control_length >= 16 ? (u32)(rights.length - 16) / 4 : 0;
    if ((envelope.flags & MSG_CTRUNC) || count != answer.descriptor_count) { fail(index, EMFILE, 0); }
    for (u32 i = 0; i < count; i++) { slots[lists->receive[i]] = rights.descriptors[i]; }
    for (u32 i = 0; i < answer.value_count; i++) { slots[lists->values[i]] = answer.values[i]; }
}

/* Who connects and says one byte takes the host's place; who connects and leaves does not open the gate. */
static void wait_for_opener(u32 index, s32 listener)
{
    for (;;) {
        s64 peer = CALL4(__NR_accept4, listener, 0, 0, O_CLOEXEC);
        if (peer == -EINTR || peer == -ECONNABORTED) { continue; }
        must(index, peer);
        u8 word[16];
        s64 got;
        do { got = CALL6(__NR_recvfrom, peer, P(word), sizeof word, 0, 0, 0); } while (got == -EINTR);
        if (got > 0) {
            must(index, CALL3(__NR_dup3, peer, control, O_CLOEXEC));
            CALL1(__NR_close, listener);
        }
        CALL1(__NR_close, peer);
        if (got > 0) { return; }
    }
}

static void do_gate(u32 index, const s64 *a)
{
    tell(AT_GATE, index, 0, 0);
    if (a[1] == GATE_LISTENER) {
        wait_for_opener(index, (s32)a[0]);
        return;
    }
    u8 byte;
    s64 got;
    do { got = CALL3(__NR_read, a[0], P(&byte), 1); } while (got == -EINTR);
    if (must(index, got) == 0) { finish(ECANCELED); }
}

static s64 make_stdin(u32 index, const u8 *bytes, s64 length)
{
    s64 file = CALL2(__NR_memfd_create, P("stdin"), MFD_CLOEXEC | MFD_NOEXEC_SEAL);
    if (file == -EINVAL) { file = CALL2(__NR_memfd_create, P("stdin"), MFD_CLOEXEC); } /* before Linux 6.3 */
    must(index, file);
    for (s64 done = 0; done < length;) { done += must(index, CALL3(__NR_write, file, P(bytes + done), length - done)); }
    must(index, CALL3(__NR_lseek, file, 0, 0));
    return file;
}

static void place(s64 descriptor, s64 at)
{
    if (descriptor == at) { CALL3(__NR_fcntl, at, F_SETFD, 0); }
    else { CALL3(__NR_dup3, descriptor, at, 0); }
}

static void become_spawned(const s64 *a, s64 input, s64 output, s64 report) __attribute__((noreturn));
static void become_spawned(const s64 *a, s64 input, s64 output, s64 report)
{
    if (output >= 0) { place(output, 1); place(output, 2); }
    if (input >= 0) { place(input, 0); }
    CALL3(__NR_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC);
    s32 error = (s32)-CALL3(__NR_execve, a[0], a[1], a[2]);
    CALL3(__NR_write, report, P(&error), sizeof error);
    finish(127);
}

/* Waits for the spawned program; returns si_code << 16 | si_status, or -ETIMEDOUT after having killed it. */
static s64 wait_spawned(s64 process, s64 milliseconds)
{
    s64 late = 0;
    if (milliseconds > 0) {
        struct timespec left = { milliseconds / 1000, milliseconds % 1000 * 1000000 }; /* the kernel counts it down */
        struct pollfd wanted = { (s32)process, POLLIN, 0 };
        s64 ready;
        do { ready = CALL5(__NR_ppoll, P(&wanted), 1, P(&left), 0, 0); } while (ready == -EINTR);
        if (ready == 0) {
            late = 1;
            CALL4(__NR_pidfd_send_signal, process, SIGKILL, 0, 0);
        }
    }
    s32 info[32];
    s64 result;
    do { result = CALL5(__NR_waitid, P_PIDFD, process, P(info), WEXITED | WALL, 0); } while (result == -EINTR);
    if (late) { return -ETIMEDOUT; }
    return result < 0 ? result : (s64)info[2] << 16 | info[6];
}

static void do_spawn(u32 index, const struct operation *op, const s64 *a)
{
    s64 input = a[3] != 0 ? make_stdin(index, (const u8 *)a[3], a[4]) : -1;
    s64 output = -1;
    if (op->extra != NO_SLOT && (output = slots[op->extra]) == UNSET) { fail(index, EBADFD, 0); }
    s32 report[2], process = -1;
    must(index, CALL2(__NR_pipe2, P(report), O_CLOEXEC));
    struct clone_args how = { CLONE_PIDFD, (u64)&process, 0, 0, SIGCHLD, 0, 0, 0 };
    if (must(index, CALL2(__NR_clone3, P(&how), sizeof how)) == 0) { become_spawned(a, input, output, report[1]); }

    CALL1(__NR_close, report[1]);
    if (input >= 0) { CALL1(__NR_close, input); }
    s32 error = 0;
    s64 got;
    do { got = CALL3(__NR_read, report[0], P(&error), sizeof error); } while (got == -EINTR); /* ends at exec */
    CALL1(__NR_close, report[0]);
    s64 status = wait_spawned(process, a[5]);
    CALL1(__NR_close, process);

    if (got == sizeof error) { fail(index, error, 0); }
    must(index, status);
    s64 code = status >> 16 == CLD_EXITED ? status & 0xffff : 128 + (status & 0xffff);
    if (op->result != NO_SLOT) { set_result(op, code); }
    else if (code != 0) { fail(index, 0, status); }
}

static void do_clone(u32 index, const s64 *a)
{
    s64 child = must(index, CALL2(__NR_clone3, a[0], a[1]));
    if (child > 0) {
        tell(CLONED, index, 0, child);
        finish(0);
    }
    stage++;
}

static void do_expect(u32 index, const s64 *a)
{
    const u8 *actual = (const u8 *)a[0], *expected = (const u8 *)a[1];
    s64 same = 1;
    for (s64 i = 0; i < a[2]; i++) {
        if ((actual[i] ^ expected[i]) & a[4]) { same = 0; }
    }
    if (same == a[5]) { fail(index, a[3], 0); } /* a[5]: 1 where the bytes must differ */
}

/*
 * A filter may forbid everything but execve, and the descriptor that its loading gives must leave the process nevertheless. So a thread that
 * the filter does not hold for sends it, and awaits the host's answer; this one only looks at memory meanwhile. Exec ends what is left of the thread.
 */
static u8 stack[4096] __attribute__((aligned(16)));
static volatile s64 listener;
static volatile u32 delivered;
static u32 listen_index;

static void deliver(void)
{
    while (listener == UNSET) { CALL0(__NR_sched_yield); }
    struct rights rights;
    rights.descriptors[0] = (s32)listener;
    struct message message = { SYNC, listen_index, 0, stage, 0, 0, 1 };
    must(listen_index, send_message(&message, 0, &rights, 1));
    struct answer answer;
    s64 got;
    do { got = CALL6(__NR_recvfrom, control, P(&answer), sizeof answer, 0, 0, 0); } while (got == -EINTR);
    if (got != sizeof answer || answer.index != listen_index) { finish(ECANCELED); }
    delivered = 1;
    for (;;) { CALL1(__NR_exit, 0); }
}

static void do_listen(u32 index, const s64 *a)
{
    listener = UNSET;
    listen_index = index;
    struct clone_args how = { CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, 0, 0, 0, 0, (u64)stack, sizeof stack, 0 };
    must(index, clone_thread(P(&how), sizeof how, deliver));
    listener = must(index, CALL3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, a[0], a[1]));
    while (!delivered) { relax(); }
}

/* ---- the walk ------------------------------------------------------------------------------------------------------------- */

static void resolve(u32 index, const struct operation *op, s64 *a)
{
    for (u32 i = 0; i < 6; i++) {
        a[i] = op->arguments[i];
        u32 kind = op->argument_kinds >> (2 * i) & 3;
        if (kind == ARGUMENT_POINTER) { a[i] += P(data); }
        else if (kind == ARGUMENT_SLOT && (a[i] = slots[a[i]]) == UNSET) { fail(index, EBADFD, 0); }
    }
}

static int is_wanted(const struct operation *op)
{
    if (op->when == NO_SLOT) { return 1; }
    int set = slots[op->when & ~WANTS_UNSET] != UNSET;
    return set == !(op->when & WANTS_UNSET);
}

/* Says whether the operation is left out: an error that it tolerates is an answer like any other. */
static int fault(u32 number, const struct operation *op)
{
    if (header->kill_at == number) {
        CALL2(__NR_kill, CALL0(__NR_getpid), SIGKILL);
        finish(137); /* process 1 of a pid namespace cannot kill itself */
    }
    if (header->fail_at != number) { return 0; }
    if (op->kind != KIND_CALL || !is_tolerated(op, header->fail_with)) { fail(number - 1, header->fail_with, 0); }
    return 1;
}

static void walk(void)
{
    const struct operation *operations = (const struct operation *)((u8 *)header + header->operations);
    for (u32 i = 0; i < header->operation_count; i++) {
        const struct operation *op = &operations[i];
        if ((header->kill_at | header->fail_at) && fault(i + 1, op)) { continue; }
        if (!is_wanted(op)) { continue; }
        s64 a[6];
        resolve(i, op, a);
        switch (op->kind) {
        case KIND_CALL: do_call(i, op, a); break;
        case KIND_STORE: do_store(i, op, a); break;
        case KIND_SYNC: do_sync(i, a); break;
        case KIND_GATE: do_gate(i, a); break;
        case KIND_SPAWN: do_spawn(i, op, a); break;
        case KIND_CLONE: do_clone(i, a); break;
        case KIND_EXPECT: do_expect(i, a); break;
        case KIND_ANNOUNCE: tell(ANNOUNCED, i, 0, 0); break;
        case KIND_LISTEN: do_listen(i, a); break;
        case KIND_LOAD: do_load(op, a); break;
        default: fail(i, EPROTO, 0);
        }
    }
}

/* ---- getting ready ---------------------------------------------------------------------------------------------------------- */

static void map_program(s32 file)
{
    struct header first;
    if (CALL4(__NR_pread64, file, P(&first), sizeof first, 0) != sizeof first || first.magic != MAGIC) { finish(EPROTO); }
    s64 at = CALL6(__NR_mmap, 0, first.bytes, PROT_READ_WRITE, MAP_PRIVATE, file, 0);
    if (at < 0 && at >= -4095) { finish(-at); }
    CALL1(__NR_close, file);
    header = (struct header *)at;
    slots = (s64 *)((u8 *)at + header->slots);
    data = (u8 *)at + header->data;
    const u32 *relocations = (const u32 *)((u8 *)at + header->relocations);
    for (u32 i = 0; i < header->relocation_count; i++) { *(u64 *)(data + relocations[i]) += (u64)data; }
}

/* Whatever the host forgot to mark close-on-exec ends here; what it gave on purpose is marked. */
static void tidy_descriptors(void)
{
    s64 last = control + header->descriptors - 1;
    if (control > 3) { CALL3(__NR_close_range, 3, control - 1, 0); }
    CALL3(__NR_close_range, last + 1, ~0u, 0);
    if (CALL3(__NR_close_range, control, last, CLOSE_RANGE_CLOEXEC) < 0) { /* before Linux 5.11 */
        for (s64 i = control; i <= last; i++) { CALL3(__NR_fcntl, i, F_SETFD, FD_CLOEXEC); }
    }
}

/* The two signals that a C library keeps for itself are left ignored by its posix_spawn. */
static void reset_private_signals(void)
{
    u64 action[4] = { 0, 0, 0, 0 };
    CALL4(__NR_rt_sigaction, 32, P(action), 0, 8);
    CALL4(__NR_rt_sigaction, 33, P(action), 0, 8);
}

__attribute__((used, noreturn)) static void begin(const s64 *stack)
{
    if (stack[0] < 2) { finish(EPROTO); }
    for (const char *digit = (const char *)stack[2]; *digit != 0; digit++) { control = control * 10 + (*digit - '0'); }
    map_program(control + 1);
    tidy_descriptors();
    reset_private_signals();
    CALL2(__NR_prctl, PR_SET_NAME, P(header->name));
    walk();
    tell(DONE, header->operation_count, 0, 0);
    finish(0);
}
