/* The command line of these programs: their own flags; Google Benchmark's are left for it. */
#ifndef MANUAL_OPTIONS_H
#define MANUAL_OPTIONS_H

#include "bench/trial/pin.h"

#include <stdbool.h>

enum { OPTIONS_THREAD_COUNTS = 16 };

struct options {
    bool help;
    bool describe;
    enum pin_policy pin;
    unsigned threads[OPTIONS_THREAD_COUNTS]; /* how many each workload is run with, in turn */
    unsigned thread_counts;
};

/* Reads the own flags and takes them out of argv; false: one that has a value it cannot have, which is then argv[1]. */
bool options_take(struct options *options, int *argc, char **argv);

#endif
