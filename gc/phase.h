/*
 * The phases of a collection, each timed.
 *
 * Whoever collects is in one phase at any moment from the request to the end of clearing.  The clock
 * is read once where a phase ends and the next begins, so nothing is left out or told twice.  A phase
 * that comes again (with finalizers the world is stopped, searched and resumed a second time) has the
 * sum of its times.
 *
 * Invariant: after phase_last the sum of `ns` is the time since phase_first.
 */
#ifndef GC_PHASE_H
#define GC_PHASE_H

#include "alloc/base/os.h"

#include <stdint.h>

enum phase {
    PHASE_STOP,     /* from the request until all other threads have stopped */
    PHASE_SETTLE,   /* counts become exact */
    PHASE_SUBTRACT, /* references from inside of the set are taken off */
    PHASE_MARK,     /* what is reachable from outside is found */
    PHASE_SWEEP,    /* garbage is listed, survivors promoted, weak references nulled */
    PHASE_RESUME,   /* until all other threads are let run */
    PHASE_USER,     /* callbacks of weak references, and finalizers: the world runs */
    PHASE_AGAIN,    /* garbage is searched for what finalizers resurrected: stopped again */
    PHASE_CLEAR,    /* garbage is emptied: the world runs */
    PHASES
};
extern const char *const phase_names[PHASES];

struct phases {
    uint64_t ns[PHASES];
    uint64_t since_ns; /* when the present one began */
    enum phase now;
};

/* A collection begins, by asking the world to stop; returns when. */
static inline uint64_t phase_first(struct phases *phases)
{
    *phases = (struct phases){.since_ns = os_clock_ns(), .now = PHASE_STOP};
    return phases->since_ns;
}

static inline void phase_pass(struct phases *phases, enum phase next)
{
    uint64_t now_ns = os_clock_ns();
    phases->ns[phases->now] += now_ns - phases->since_ns;
    phases->since_ns = now_ns;
    phases->now = next;
}

/* Ends the present one, unless that is the next. */
static inline void phase_begin(struct phases *phases, enum phase next)
{
    if (next != phases->now)
        phase_pass(phases, next);
}

/* The present one was the last; returns when it ended. */
static inline uint64_t phase_last(struct phases *phases)
{
    phase_pass(phases, phases->now);
    return phases->since_ns;
}

#endif
