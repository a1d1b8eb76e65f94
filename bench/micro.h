/*
 * Micro benchmarks: what one operation costs.
 *
 * A body does its operation `iterations` times.  It is called for one batch at a time and the thread polls its safepoint
 * in between, so that a body needs no poll of its own.  Bodies that are to be compared have one loop shape: operation,
 * `hide`, operation, `hide`; the compiler can neither fold the two operations nor move them out of the loop.
 *
 * Nothing here belongs to a strategy: programs of other runtimes (bench/peers) measure in the same way, and what `struct
 * thread` is they say themselves.
 */
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gbench_state;
struct json;
struct thread;

struct micro {
    const char *name;    /* micro/<what>[/<parameter>] */
    const char *group;   /* under which tables show it */
    const char *summary; /* one line: the operation */
    bool shared; /* on a team of `threads`; reported is the time of each thread's operation */
    bool serial; /* only where one thread runs at a time */
    unsigned threads;
    uint64_t batch;
    uint64_t iterations; /* in all; 0: as many as it takes */
    uint64_t objects;    /* that one iteration looks at, to report the time of each; or 0 */
    size_t bytes;        /* of memory that it needs: where there is less, it is left out */
    bool large;          /* not of a usual run: a driver has to ask for it by name */

    /* What the bodies need; NULL if there is no memory.  On the first thread, not timed. */
    void *(*setup)(struct thread *T);
    bool (*body)(struct thread *T, uint64_t iterations, void *context); /* false: no memory */

    /* Or, in its place: all of it in one iteration, which tells by itself, with bench/gbench.h, how long what took. */
    bool (*measure)(struct thread *T, void *context, struct gbench_state *state);
    void (*teardown)(struct thread *T, void *context);
};

/* The groups. */
#define MICRO_RAW "bare words"
#define MICRO_COUNT "references"
#define MICRO_ALLOC "made and dropped"
#define MICRO_CONTAINER "lists and dicts"
#define MICRO_CALL "the same, by calls"
#define MICRO_THREAD "threads"
#define MICRO_COLLECT "collections"
#define MICRO_HARNESS "the harness itself"

/* As an item of the list `micros` of a program's description. */
void micro_describe(struct json *json, const struct micro *micro);

/* From here on the compiler knows nothing of the word, nor of memory. */
static inline uintptr_t hide(uintptr_t word)
{
    __asm__ volatile("" : "+r"(word) : : "memory");
    return word;
}

/* The same of what is not NULL, which the compiler goes on knowing: as it does of whatever was looked into. */
static inline uintptr_t hide_address(uintptr_t word)
{
    word = hide(word);
    if (word == 0)
        __builtin_unreachable();
    return word;
}

#endif
