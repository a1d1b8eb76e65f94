/*
 * Pauses: intervals in which a thread cannot run its own code because of the collector.
 *
 * Each thread keeps its own log and is the only one to write it; others read it after the thread is
 * done or parked.
 * Times are nanoseconds of os_clock_ns.
 */
#ifndef GC_PAUSE_H
#define GC_PAUSE_H

#include <stddef.h>
#include <stdint.h>

enum pause_kind {
    PAUSE_COLLECTING, /* the thread collected: request to own code again, clearing included */
    PAUSE_PARKED,     /* the thread was stopped for a collection by another one */
    PAUSE_WAITING, /* the thread waited for a lock (a global one) while its holder made this collection */
};

struct pause {
    uint64_t begin_ns;
    uint64_t total_ns;     /* until the thread runs its own code again */
    uint64_t safepoint_ns; /* COLLECTING: from the request until all others had stopped; else 0 */
    uint64_t work_ns;      /* COLLECTING: world stopped and collector working; else 0 */
    uint8_t kind;
    uint8_t generation; /* COLLECTING only */
};

struct pause_log {
    struct pause *entries;
    size_t length;
    size_t capacity;
    uint64_t lost; /* entries that found no memory: a log with losses is reported as such */
};

/* What a set of logs comes to, in microseconds; percentiles by nearest rank over every entry. */
struct pause_summary {
    uint64_t count;
    uint64_t lost;
    double p50_us;
    double p90_us;
    double p99_us;
    double max_us;
    double total_us;
    double safepoint_p50_us; /* over COLLECTING entries */
    double safepoint_max_us;
    double work_p50_us;
    double work_max_us;
};

void pause_record(struct pause_log *log, struct pause pause);
void pause_clear(struct pause_log *log);
void pause_fini(struct pause_log *log);

/* Summarises `n` logs; the logs' owners must not run.  All zeros if there are no entries. */
struct pause_summary pause_summarise(const struct pause_log *const *logs, size_t n);

#endif
