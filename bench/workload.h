/*
 * A workload: real work on objects, the same on every runtime and for every number of threads.
 *
 * One file bench/workloads/<name>.c that defines `const struct workload workload_<name>`, and one line in workloads.def.
 *
 * Rules
 *   - Write what a compiler would emit: every argument pass, alias and field read is an operation of rc.h; every loop
 *     back-edge and function entry polls thread_safepoint.
 *   - Keep locs in frame cells.  A cell is emptied as its reference is used up (cell_take).  A callee puts the locs it is
 *     given into cells of its own before anything else; a loc given to the functions of runtimes/object stays the caller's.
 *   - The total work is fixed; thread `index` of `threads` does its share.
 *   - The sum of the shares' checksums (modulo 2^48) does not depend on the runtime or the number of threads.
 *   - One trial of one thread takes 100 ms to 1 s.
 *   - Out of memory: note it with workload_out_of_memory and return early; teardown is still called.
 *   - A workload judges its own result in teardown, by more than the checksum: run->problem says what is wrong, and the trial
 *     has failed.
 *   - What a reader may want to vary is a setting: a number with a default.  Everything else is a constant.
 */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "bench/trial/cell.h"
#include "bench/trial/input.h"
#include "bench/trial/setting.h"
#include "runtimes/thread.h"

#include <stdbool.h>
#include <stdint.h>

struct latency;

struct workload_run {
    unsigned threads;
    uint64_t settings[SETTINGS_MAX]; /* in the order of the workload's settings */
    unsigned divisor; /* the total work is divided by it: 1 when measured, more in tests */
    const char *paths[INPUT_KINDS]; /* where the inputs are */
    rc_slot root; /* what all threads share; filled by setup, empty at first and after teardown */
    void *input;  /* what setup read or needs to keep: not objects; freed by teardown */
    uint64_t
        operations; /* set by setup: how many the whole run does, whatever the number of threads */
    struct latency *
        latency; /* NULL, or made by setup: of each thread's requests; freed by who runs the trial */
    uint64_t
        peak_garbage; /* set by teardown: most unreachable objects at a time that counting cannot free */
    _Atomic bool out_of_memory;
    char problem
        [256]; /* why setup failed: names the thing and the remedy; or what teardown found wrong */
};

struct workload {
    const char *name;    /* bare, as `list` shows it */
    const char *summary; /* one line */
    const char *
        tags; /* of real-input, classic, server, sharing, cycles, micro, control; separated by commas */
    const char *suites; /* NULL, or of fast, headline, separated by commas; `all` has every one */
    const char *reason; /* for a member of `headline`: why it is one */
    const char *source; /* paper, program or data that it is after */
    const struct setting
        *settings;   /* NULL, or at most SETTINGS_MAX, and after them one without a name */
    unsigned inputs; /* what it reads: bits 1 << INPUT_... */
    bool heap;       /* its time depends on how much memory it is left: see --heap of the driver */
    bool control;    /* a yardstick that touches no object */
    bool paced;      /* its time is given, not taken: its latencies count, not its speed */
    bool noise;   /* one whose pauses are the machine's own: those of others are read beside them */
    size_t bytes; /* memory it needs at most, about */

    /* Not timed, on the first thread.  False: run->problem says why. */
    bool (*setup)(struct thread *T, struct workload_run *run);

    /* Timed, on every thread.  Returns this share's checksum. */
    uint64_t (*work)(struct thread *T, struct workload_run *run, unsigned index);

    /* Not timed, on the first thread after all are done, or after setup failed.  Returns a checksum of the final state, added
     * to the others. */
    uint64_t (*teardown)(struct thread *T, struct workload_run *run);
};

static inline void workload_out_of_memory(struct workload_run *run)
{
    store_relaxed(&run->out_of_memory, true);
}

static inline bool workload_failed(struct workload_run *run)
{
    return load_relaxed(&run->out_of_memory);
}

#endif
