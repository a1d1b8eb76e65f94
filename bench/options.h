/*
 * The command line of a program: its own flags; Google Benchmark's (--benchmark_...) are left for it.
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "bench/exit_status.h"
#include "bench/trial/input.h"
#include "bench/trial/pin.h"
#include "bench/workloads/all.h"
#include "gc/gc.h"

enum { OPTIONS_THREAD_COUNTS = 16, OPTIONS_SNAPSHOT_MS = 3600000, OPTIONS_HEAP_MIB = 1 << 24 };

struct options {
    bool help;
    bool describe;
    bool handoff;
    bool tour;
    bool collector;
    bool thresholds_given;
    uint32_t thresholds[GC_GENERATIONS];
    enum gc_policy gc_policy;
    bool budgets_given;
    uint64_t budgets[GC_GENERATIONS]; /* in bytes */
    enum pin_policy pin;
    unsigned threads[OPTIONS_THREAD_COUNTS]; /* how many each workload is run with, in turn */
    unsigned thread_counts;
    size_t heap; /* bytes that the heap may hold; 0: no limit */
    const char *paths[INPUT_KINDS];
    uint64_t settings[WORKLOADS][SETTINGS_MAX]; /* of each workload, in the order of `workloads` */
    const char *pauses;                         /* NULL, or the file that pauses are written to */
    const char *profile;                        /* the same of what is seen of objects */
    const char *snapshots;                      /* the same of snapshots of the allocator */
    unsigned snapshot_ms; /* how often one is taken; 0: at the end of trials only, and on SIGUSR1 */
};

/* Reads the own flags and takes them out of argv.  False: `problem` says in one line what is wrong. */
bool options_parse(struct options *options, int *argc, char **argv, char problem[256]);

void options_help(const char *program);

#endif
