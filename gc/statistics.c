/* Sums for each generation.  Only the collecting thread adds; anybody may read, each sum by itself. */
#include "gc/statistics.h"

#include "alloc/base/check.h"

struct sums {
    _Atomic uint64_t collections;
    _Atomic uint64_t collected;
    _Atomic uint64_t uncollectable;
    _Atomic uint64_t visited;
    _Atomic uint64_t survivors;
    _Atomic uint64_t resurrected;
};

static struct sums sums[GC_GENERATIONS];

void statistics_start(void)
{
    for (unsigned i = 0; i < GC_GENERATIONS; i++) {
        store_relaxed(&sums[i].collections, 0);
        store_relaxed(&sums[i].collected, 0);
        store_relaxed(&sums[i].uncollectable, 0);
        store_relaxed(&sums[i].visited, 0);
        store_relaxed(&sums[i].survivors, 0);
        store_relaxed(&sums[i].resurrected, 0);
    }
}

void statistics_add(unsigned generation, const struct gc_statistics *outcome)
{
    struct sums *of = &sums[generation];
    fetch_add_relaxed(&of->collections, 1);
    fetch_add_relaxed(&of->collected, outcome->collected);
    fetch_add_relaxed(&of->uncollectable, outcome->uncollectable);
    fetch_add_relaxed(&of->visited, outcome->visited);
    fetch_add_relaxed(&of->survivors, outcome->survivors);
    fetch_add_relaxed(&of->resurrected, outcome->resurrected);
}

struct gc_statistics gc_statistics(unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    struct sums *of = &sums[generation];
    return (struct gc_statistics){
        .collections = load_relaxed(&of->collections),
        .collected = load_relaxed(&of->collected),
        .uncollectable = load_relaxed(&of->uncollectable),
        .visited = load_relaxed(&of->visited),
        .survivors = load_relaxed(&of->survivors),
        .resurrected = load_relaxed(&of->resurrected),
    };
}
