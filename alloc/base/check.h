/*
 * Three strengths of "this must hold".
 *
 *   CHECK(cond, fmt, ...)     always: a failing system call, a broken promise of the caller.  Prints one line that names
 *                             the place and the thing, then aborts.
 *   ASSERT(cond)              debug and sanitizer builds: a local condition.
 *   VALIDATE(expr)            debug and sanitizer builds: an `_is_valid` of a whole structure (an invariant written as
 *                             an equation above its struct).
 *
 * The switch is REFBENCH_DEBUG, 0 or 1, set by the build for every file; release code keeps no trace of ASSERT and
 * VALIDATE but still compiles their operands.
 */
#ifndef ALLOC_BASE_CHECK_H
#define ALLOC_BASE_CHECK_H

#ifndef REFBENCH_DEBUG
#error "REFBENCH_DEBUG must be 0 or 1: the build sets it"
#endif

/* Prints "file:line: what: message" to stderr and aborts.  Thread-safe. */
_Noreturn void check_failed(const char *file, int line, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5), cold));

#define CHECK(cond, ...)                                                                           \
    do {                                                                                           \
        if (__builtin_expect(!(cond), 0))                                                          \
            check_failed(__FILE__, __LINE__, #cond, __VA_ARGS__);                                  \
    } while (0)

#define ASSERT(cond)                                                                               \
    do {                                                                                           \
        if (REFBENCH_DEBUG && __builtin_expect(!(cond), 0))                                        \
            check_failed(__FILE__, __LINE__, #cond, "assertion failed");                           \
    } while (0)

#define VALIDATE(expr)                                                                             \
    do {                                                                                           \
        if (REFBENCH_DEBUG && __builtin_expect(!(expr), 0))                                        \
            check_failed(__FILE__, __LINE__, #expr, "invariant broken");                           \
    } while (0)

#endif
