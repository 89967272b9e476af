/*
 * What a static program without libc needs of the machine: its entry, its system calls, the two functions that compilers ask for.
 * The program defines begin(), which gets the stack as the kernel has laid it out: argc, argv, 0, envp, 0.
 */

#ifndef INRO_MACHINE_H
#define INRO_MACHINE_H

#include <asm/unistd.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;

_Static_assert(sizeof(void *) == 8 && sizeof(s64) == 8, "what is written here has 64-bit addresses");

/* ---- the machine: entry and system call; all else is the same everywhere -------------------------------------------------- */

#if defined(__x86_64__)

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call begin\n"
        "    ud2\n");

static inline s64 kernel(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f)
{
    s64 result;
    register s64 r10 __asm__("r10") = d;
    register s64 r8 __asm__("r8") = e;
    register s64 r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* clone3 whose child has a stack of its own and runs a function there that never returns. */
static inline s64 clone_thread(s64 how, s64 size, void (*run)(void))
{
    s64 result;
    __asm__ volatile("syscall\n"
                     "test %%rax, %%rax\n"
                     "jnz 1f\n"
                     "xor %%ebp, %%ebp\n"
                     "call *%4\n"
                     "ud2\n"
                     "1:"
                     : "=a"(result)
                     : "a"(__NR_clone3), "D"(how), "S"(size), "r"(run)
                     : "rcx", "r11", "memory");
    return result;
}

static inline void relax(void) { __asm__ volatile("pause" : : : "memory"); }

#elif defined(__aarch64__)

__asm__(".globl _start\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    mov x30, #0\n"
        "    mov x0, sp\n"
        "    bl begin\n"
        "    brk #1\n");

static inline s64 kernel(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f)
{
    register s64 x8 __asm__("x8") = number;
    register s64 x0 __asm__("x0") = a;
    register s64 x1 __asm__("x1") = b;
    register s64 x2 __asm__("x2") = c;
    register s64 x3 __asm__("x3") = d;
    register s64 x4 __asm__("x4") = e;
    register s64 x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

static inline s64 clone_thread(s64 how, s64 size, void (*run)(void))
{
    register s64 x8 __asm__("x8") = __NR_clone3;
    register s64 x0 __asm__("x0") = how;
    register s64 x1 __asm__("x1") = size;
    __asm__ volatile("svc #0\n"
                     "cbnz x0, 1f\n"
                     "mov x29, #0\n"
                     "mov x30, #0\n"
                     "blr %3\n"
                     "brk #1\n"
                     "1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(run)
                     : "memory");
    return x0;
}

static inline void relax(void) { __asm__ volatile("yield" : : : "memory"); }

#else
#error "no system call stub for this architecture"
#endif

#define P(pointer) ((s64)(pointer))
#define CALL6(n, a, b, c, d, e, f) kernel(n, a, b, c, d, e, f)
#define CALL5(n, a, b, c, d, e) kernel(n, a, b, c, d, e, 0)
#define CALL4(n, a, b, c, d) kernel(n, a, b, c, d, 0, 0)
#define CALL3(n, a, b, c) kernel(n, a, b, c, 0, 0, 0)
#define CALL2(n, a, b) kernel(n, a, b, 0, 0, 0, 0)
#define CALL1(n, a) kernel(n, a, 0, 0, 0, 0, 0)
#define CALL0(n) kernel(n, 0, 0, 0, 0, 0, 0)

/* The compiler may ask for these two by itself; volatile, or it would make each a call of itself. */
void *memset(void *to, int value, u64 count)
{
    for (volatile u8 *p = to; count > 0; count--) { *p++ = (u8)value; }
    return to;
}

void *memcpy(void *to, const void *from, u64 count)
{
    volatile u8 *t = to;
    for (const u8 *f = from; count > 0; count--) { *t++ = *f++; }
    return to;
}

#endif
