/*
 * What the tests of debug builds' reports share.  A mistake is made in a child process, which says first, to shared memory, what
 * it expects to be told; the child must end by abort, and the report on its standard error must be exactly that.
 */
#ifndef TESTS_UNIT_GUARD_FIXTURE_H
#define TESTS_UNIT_GUARD_FIXTURE_H

#include "tests/unit/blocks.h"

#include "alloc/base/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID = 8192, DESCRIBED = 256 };

static struct heap heap;
static struct heap other;
static char *expected; /* shared with the child */

static inline __attribute__((format(printf, 1, 2))) void expect(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(expected, SAID, format, arguments);
    va_end(arguments);
}

/* How a block is named in a report; `did` is "allocated" or "freed". */
__attribute__((noinline, unused)) static const char *
describe(const char *kind, const void *block, size_t asked, const char *did, const struct heap *by)
{
    static char text[DESCRIBED];
    const struct pool *pool = arena_pool(block);
    snprintf(
        text, sizeof text,
        "%s block %p of %zu bytes (pool %u of arena %p, class of %zu bytes, owner %p, %s by %p)",
        kind, block, asked, arena_index(pool), (void *)arena_of(block), heap_block_bytes(asked),
        (void *)pool_owner(pool), did, (const void *)by);
    return text;
}

static inline const char *describe_large(const char *kind, const void *block, size_t asked,
                                         const char *did, const struct heap *by)
{
    static char text[DESCRIBED];
    snprintf(text, sizeof text, "large %s block %p of %zu bytes (owner %p, %s by %p)", kind, block,
             asked, (void *)&heap, did, (const void *)by);
    return text;
}

/* Writes without the address sanitizer looking: the guard itself must see it. */
__attribute__((no_sanitize("address"))) static inline void smash(void *block, size_t at,
                                                                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((volatile unsigned char *)block)[at + i] = 0x5A;
}

static inline int run_child(void (*mistake)(void), char *said)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        mistake();
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while (length + 1 < SAID && (got = read(ends[0], said + length, SAID - length - 1)) > 0)
        length += (size_t)got;
    said[length] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* The report without the place that it comes from. */
static inline const char *report_in(char *said)
{
    static const char mark[] = ": misuse: ";
    char *report = strstr(said, mark);
    said[strcspn(said, "\n")] = '\0';
    return report != NULL ? report + sizeof mark - 1 : said;
}

static inline void assert_stops(void (*mistake)(void))
{
    if (!REFBENCH_DEBUG)
        skip();
    char said[SAID];
    expected[0] = '\0';
    int status = run_child(mistake, said);
    assert_string_equal(report_in(said), expected);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static inline int guard_begin(void **state)
{
    (void)state;
    expected = mmap(NULL, SAID, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    heap_init(&heap);
    heap_init(&other);
    return expected == MAP_FAILED;
}

static inline int guard_end(void **state)
{
    (void)state;
    heap_flush(&other);
    heap_flush(&heap);
    assert_nothing_left();
    return munmap(expected, SAID);
}

#endif
