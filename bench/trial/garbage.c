/* Counting what was dropped against what was found. */
#include "bench/trial/garbage.h"

#include "alloc/base/atomics.h"
#include "gc/gc.h"

#include <stdlib.h>
#include <string.h>

/* What a thread has dropped so far, and the most garbage that it saw. */
struct toll {
    _Alignas(64) _Atomic uint64_t dropped;
    uint64_t peak;
};

struct garbage {
    uint64_t collected; /* before */
    unsigned threads;
    struct toll tolls[];
};

static uint64_t collected_so_far(void)
{
    uint64_t collected = 0;
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++)
        collected += gc_statistics(generation).collected;
    return collected;
}

struct garbage *garbage_create(unsigned threads)
{
    size_t size = sizeof(struct garbage) + threads * sizeof(struct toll);
    struct garbage *garbage = aligned_alloc(_Alignof(struct garbage), size);
    if (garbage == NULL)
        return NULL;
    memset(garbage, 0, size);
    garbage->threads = threads;
    garbage->collected = collected_so_far();
    return garbage;
}

void garbage_destroy(struct garbage *garbage) { free(garbage); }

void garbage_drop(struct garbage *garbage, unsigned index, uint64_t containers)
{
    struct toll *toll = &garbage->tolls[index];
    store_relaxed(&toll->dropped, load_relaxed(&toll->dropped) + containers);
    uint64_t dropped = 0;
    for (unsigned i = 0; i < garbage->threads; i++)
        dropped += load_relaxed(&garbage->tolls[i].dropped);
    uint64_t gone = collected_so_far() - garbage->collected;
    if (dropped > gone && dropped - gone > toll->peak)
        toll->peak = dropped - gone;
}

uint64_t garbage_peak(const struct garbage *garbage)
{
    uint64_t peak = 0;
    for (unsigned i = 0; i < garbage->threads; i++)
        if (garbage->tolls[i].peak > peak)
            peak = garbage->tolls[i].peak;
    return peak;
}
