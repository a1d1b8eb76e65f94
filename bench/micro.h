/*
 * Micro benchmarks: what one operation costs.
 *
 * A body does its operation `iterations` times.  It is called for one batch at a time and the thread polls its safepoint
 * in between, so that a body needs no poll of its own.  Bodies that are to be compared have one loop shape: operation,
 * `hide`, operation, `hide`; the compiler can neither fold the two operations nor move them out of the loop.
 */
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include "runtimes/thread.h"

#include <stdint.h>

struct micro {
    const char *name; /* micro/<what>[/<parameter>] */
    bool shared;      /* on a team of `threads`; reported is the time of each thread's operation */
    unsigned threads;
    uint64_t batch;
    uint64_t iterations; /* in all; 0: as many as it takes */
    uint64_t objects;    /* that one iteration looks at, to report the time of each; or 0 */

    /* What the bodies need; NULL if there is no memory.  On the first thread, not timed. */
    void *(*setup)(struct thread *T);
    void (*body)(struct thread *T, uint64_t iterations, void *context);
    void (*teardown)(struct thread *T, void *context);
};

#define MICRO(identifier) extern const struct micro micro_##identifier;
#include "bench/micros.def"
#undef MICRO

/* From here on the compiler knows nothing of the word, nor of memory. */
static inline uintptr_t hide(uintptr_t word)
{
    __asm__ volatile("" : "+r"(word) : : "memory");
    return word;
}

#endif
