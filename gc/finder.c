/*
 * Which of the three searches finds the unreachable.
 *
 *   the young             few and in the cache     gc/young.c
 *   all, in a large heap  memory is what costs     gc/numbered.c
 *   otherwise             or if those cannot       gc/unreachable.c, which needs no memory
 */
#include "alloc/base/check.h"
#include "gc/client.h"
#include "gc/numbered.h"
#include "gc/policy.h"
#include "gc/unreachable.h"
#include "gc/young.h"

static _Atomic size_t number_from = GC_NUMBER_FROM;

void gc_number_from(size_t places) { store_relaxed(&number_from, places); }

/* Whether one of the faster ones could. */
static bool find_fast(struct thread *T, unsigned generation, bool weighs, struct unreachable *found)
{
    if (generation != POLICY_OLDEST)
        return young_find(T, generation, weighs, found);
    return gc_client_places() >= load_relaxed(&number_from) && numbered_find(T, weighs, found);
}

struct unreachable unreachable_find(struct thread *T, unsigned generation, bool weighs)
{
    struct unreachable found;
    phase_begin(&gc_client_thread(T)->phases, PHASE_SUBTRACT);
    if (!find_fast(T, generation, weighs, &found))
        found = unreachable_find_in_words(T, generation, weighs);
    VALIDATE(unreachable_is_clean(generation));
    return found;
}
