/*
 * Pauses: intervals in which a thread cannot run its own code because of the collector.
 *
 * Each thread keeps its own log and is the only one to write it; others read it after the thread is
 * done or parked.
 * Times are nanoseconds of os_clock_ns.
 *
 * Invariant: the phases of a COLLECTING pause add up to its total.
 */
#ifndef GC_PAUSE_H
#define GC_PAUSE_H

#include "gc/head.h"
#include "gc/phase.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pause_kind {
    PAUSE_COLLECTING, /* the thread collected: request to own code again, clearing included */
    PAUSE_PARKED,     /* the thread was stopped for a collection by another one */
    PAUSE_WAITING, /* the thread waited for a lock (a global one) while its holder made this collection */
    PAUSE_MACHINE, /* no collector: found by a thread that only watched the clock */
};

struct pause {
    uint64_t begin_ns;
    uint64_t total_ns;         /* until the thread runs its own code again */
    uint64_t phase_ns[PHASES]; /* COLLECTING only, as all below */
    uint64_t cpu_ns;           /* that the thread had of it, if it is weighed */
    uint32_t switches;         /* involuntary ones meanwhile, if it is weighed */
    bool is_weighed; /* not if it is of generation 0: the system calls would be a part of it */
    uint8_t kind;
    uint8_t generation;
};

struct pause_log {
    struct pause *entries;
    size_t length;
    size_t capacity;
    uint64_t lost; /* entries that found no memory: a log with losses is reported as such */
};

/* Times in microseconds; percentiles by nearest rank over every one.  All zeros if there is none. */
struct pause_figures {
    uint64_t count;
    double p50_us;
    double p90_us;
    double p99_us;
    double p999_us;
    double max_us;
    double total_us;
};

/* What a set of logs comes to. */
struct pause_summary {
    uint64_t lost;
    struct pause_figures all; /* of any kind */
    struct pause_figures collecting[GC_GENERATIONS];
    struct pause_figures phases[PHASES]; /* of the collections that came to it */
    struct pause_figures stopped;        /* from all stopped until all are let run */
    double weighed_us;                   /* in collections of which the next two are known */
    double cpu_us;
    uint64_t switches;
};

void pause_record(struct pause_log *log, struct pause pause);
void pause_clear(struct pause_log *log);
void pause_fini(struct pause_log *log);

/* Time of a COLLECTING pause in which the world was stopped and the collector worked. */
uint64_t pause_stopped_ns(const struct pause *pause);

/* Summarises `n` logs; the logs' owners must not run. */
struct pause_summary pause_summarise(const struct pause_log *const *logs, size_t n);

#endif
