/*
 * What the tests of fork share: children that must end in time, letters, and what a child is promised.
 *
 * A letter is a block of any kind and size that carries what it is.
 */
#ifndef TESTS_UNIT_FORK_FIXTURE_H
#define TESTS_UNIT_FORK_FIXTURE_H

#include "alloc/base/check.h"
#include "alloc/base/grace.h"
#include "alloc/fork.h"
#include "alloc/general.h"
#include "tests/unit/blocks.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 3, SECONDS = 20 /* after which it is a deadlock */ };

static struct heap heaps[1 + WORKERS]; /* the first is the main thread's */
static struct grace_reader readers[1 + WORKERS];
static _Atomic uint32_t requests[1 + WORKERS];
static pthread_barrier_t barrier;

/* --- children, with a limit of time ---------------------------------------------------------------------------------- */

static inline void tell_deadlock(int signal)
{
    static const char message[] = "fork_test: deadlock: fork does not return in the parent\n";
    (void)signal;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(1);
}

/* Past the thread sanitizer, which would miss that somebody joins the parent's threads here. */
static inline _Noreturn void end_child(void)
{
    syscall(SYS_exit_group, 0);
    abort();
}

static inline pid_t start_child(void (*work)(void))
{
    pid_t child = fork();
    CHECK(child >= 0, "fork");
    if (child != 0)
        return child;
    signal(SIGALRM, SIG_DFL);
    alarm(SECONDS);
    work();
    end_child();
}

static inline void await_child(pid_t child)
{
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child, "waitpid");
    CHECK(!WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM, "deadlock in a child of fork");
    CHECK(status == 0, "a child of fork failed: status %#x", (unsigned)status);
}

static inline void in_child(void (*work)(void)) { await_child(start_child(work)); }

static inline void *run_whole(void *work)
{
    (*(void (**)(void))work)();
    return NULL;
}

static inline pthread_t start_thread(void *(*work)(void *), void *argument)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, argument) == 0, "pthread_create");
    return thread;
}

static inline void *await_thread(pthread_t thread)
{
    void *result;
    CHECK(pthread_join(thread, &result) == 0, "pthread_join");
    return result;
}

/* --- letters -------------------------------------------------------------------------------------------------------- */

enum { GENERAL = BLOCK_KINDS, LETTER_KINDS };

struct letter {
    uint32_t size;
    uint32_t kind;
    uint64_t mark;
};

enum { LETTER_LEAST = SMALLEST + sizeof(struct letter) };

enum { LARGE = 3000 };

static size_t largest; /* of the blocks below */

static inline struct letter *letter_of(void *block)
{
    return (struct letter *)(void *)((char *)block + SMALLEST);
}

static inline void *pack(struct heap *heap, uint64_t random)
{
    const size_t size = random % 16 == 0 ? largest : LETTER_LEAST + random / 16 % 470;
    const uint32_t kind = (uint32_t)(random / 65536 % LETTER_KINDS);
    char *block = kind == GENERAL ? general_alloc(size) : take_block(heap, kind, size);
    CHECK(block != NULL, "no memory for %zu bytes", size);
    *letter_of(block) = (struct letter){(uint32_t)size, kind, random};
    memset(block + LETTER_LEAST, (int)(random & 0xff), size - LETTER_LEAST);
    return block;
}

static inline void unpack(struct heap *heap, void *block)
{
    if (block == NULL)
        return;
    const struct letter letter = *letter_of(block);
    const unsigned char *bytes = block;
    for (size_t i = LETTER_LEAST; i < letter.size; i++)
        CHECK(bytes[i] == (letter.mark & 0xff), "a block of %u bytes changed at %zu", letter.size,
              i);
    if (letter.kind == GENERAL)
        general_free(block);
    else
        give_block(heap, letter.kind, letter.size, block);
}

/* --- what a child is promised ------------------------------------------------------------------------------------------ */

enum { MANY = 400 };

static inline void use_heap(struct heap *heap)
{
    static void *blocks[MANY];
    uint64_t random = 5;
    for (unsigned i = 0; i < MANY; i++)
        blocks[i] = pack(heap, next_random(&random));
    for (unsigned i = 0; i < MANY; i++)
        unpack(heap, blocks[i]);
}

/* A thread that did not come along may have been about to mark a block as young: that is a collector's business, and who has one
 * forks with the world stopped. */
static inline void check_arenas(void)
{
    lock_acquire(&arenas.lock);
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        CHECK(arena_slots_are_valid(arena), "an arena is broken in the child");
    lock_release(&arenas.lock);
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        CHECK(large_shard_is_valid(&large_shards[i]), "a shard is broken in the child");
}

static inline void use_allocator(void)
{
    CHECK(heap_is_valid(&heaps[0]), "the heap of the thread that forked is broken in the child");
    check_arenas();
    use_heap(&heaps[0]);
    heap_flush(&heaps[0]);
    general_flush();
    check_arenas();
}

/* Nobody but the caller can owe anything: for the period that may have been running, and for the next. */
static inline void pass_grace_period(void)
{
    const uint64_t ticket = grace_ticket();
    grace_request(ticket);
    grace_quiescent(&readers[0]);
    grace_quiescent(&readers[0]);
    CHECK(grace_is_over(ticket), "a reader that is not there is waited for");
    CHECK(grace_is_valid(), "readers are broken in the child");
    heap_reclaim();
}

/* --- around every test --------------------------------------------------------------------------------------------------- */

static inline int begin(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= WORKERS; i++) {
        heap_init(&heaps[i]);
        readers[i] = (struct grace_reader){.request = &requests[i], .request_bit = 1};
    }
    grace_online(&readers[0]);
    largest = LARGE;
    signal(SIGALRM, tell_deadlock);
    alarm(2 * SECONDS);
    return 0;
}

static inline void *adopt_and_leave(void *argument)
{
    CHECK(general_heap() != NULL, "no memory for a heap");
    pthread_barrier_wait(&barrier);
    return argument;
}

/* What was given back to heaps that nobody has comes home when they are adopted. */
static inline void adopt_all(void)
{
    enum { HEAPS_MOST = 2 * WORKERS + 2 };
    pthread_t threads[HEAPS_MOST];
    assert_int_equal(pthread_barrier_init(&barrier, NULL, HEAPS_MOST), 0);
    for (unsigned i = 0; i < HEAPS_MOST; i++)
        threads[i] = start_thread(adopt_and_leave, NULL);
    for (unsigned i = 0; i < HEAPS_MOST; i++)
        await_thread(threads[i]);
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
}

static inline void flush_all(void)
{
    general_flush();
    for (unsigned i = 0; i <= WORKERS; i++)
        heap_flush(&heaps[i]);
}

/* What one heap holds of another's is sent before the other takes it in. */
static inline int end(void **state)
{
    (void)state;
    flush_all();
    adopt_all();
    flush_all();
    grace_offline(&readers[0]);
    grace_all_quiescent();
    heap_reclaim();
    heap_trim(&heaps[0]);
    heap_set_late_readers(false);
    assert_nothing_left();
    alarm(0);
    return 0;
}

#define FORK_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif
