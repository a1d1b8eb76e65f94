/*
 * Samples: one object of each type, and of those with a table or a tail one that has something in it.  Lists as a literal
 * makes them: with room for just their items.
 */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include "runtimes/rc/rc.h"

enum { SAMPLES = 16 };

struct sample {
    const char *name;
    const char *literal;
    rc_ref (*make)(struct thread *T); /* null if there is no memory */
};

extern const struct sample samples[SAMPLES];

#endif
