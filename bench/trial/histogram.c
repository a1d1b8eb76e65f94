/*
 * With s = 0 for values below 256, else such that 128 <= value >> s < 256:
 *   bucket = 128 s + (value >> s)
 */
#include "bench/trial/histogram.h"

#include <string.h>

enum { STEP_BITS = 7 };

_Static_assert(HISTOGRAM_STEPS == 1 << STEP_BITS, "steps are a power of two");

void histogram_clear(struct histogram *histogram) { memset(histogram, 0, sizeof *histogram); }

size_t histogram_bucket(uint64_t ns)
{
    if (ns < HISTOGRAM_STEPS)
        return ns;
    unsigned shift = 63 - STEP_BITS - (unsigned)__builtin_clzll(ns);
    return (size_t)shift * HISTOGRAM_STEPS + (ns >> shift);
}

uint64_t histogram_low(size_t bucket)
{
    if (bucket < HISTOGRAM_STEPS)
        return bucket;
    size_t shift = bucket / HISTOGRAM_STEPS - 1;
    return (uint64_t)(bucket - shift * HISTOGRAM_STEPS) << shift;
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
    histogram->counts[histogram_bucket(ns)]++;
    histogram->total++;
    if (ns > histogram->most)
        histogram->most = ns;
}
