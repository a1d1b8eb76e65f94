/*
 * A team: threads that do one job together, pinned, from a spin barrier on; the caller is its member 0.
 *
 * The others are made for the job and end after it, outside of the time that is taken.
 */
#ifndef MANUAL_TEAM_H
#define MANUAL_TEAM_H

#include "bench/trial/pin.h"

#include <stdbool.h>
#include <stdint.h>

enum { TEAM_MAX = 64 };

typedef void team_job(unsigned index, void *context);

struct team_times {
    uint64_t first_start_ns;
    uint64_t last_start_ns;
    uint64_t last_end_ns;
    bool pinned; /* all of them, as it was asked for */
};

/* Every member of `size`, at most TEAM_MAX, does the job; returns when all have. */
struct team_times team_run(unsigned size, enum pin_policy pin, team_job *job, void *context);

#endif
