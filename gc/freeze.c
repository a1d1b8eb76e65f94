/*
 * The permanent set.
 *
 * FROZEN makes a container older than every generation, so that it is in no set that is searched
 * and what it refers to is referenced from outside.  It is of the oldest generation already, so
 * that unfreezing takes one bit and it does not matter what the heap knows of young pools.
 */
#include "gc/client.h"
#include "gc/policy.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void freeze_visit(struct gc_head *head, void *context)
{
    (void)context;
    uint64_t word = load_relaxed(&head->word);
    if ((word & GC_TRACKED) != 0)
        store_relaxed(&head->word, (word & ~(uint64_t)GC_GENERATION) | GC_OLDEST | GC_FROZEN);
}

ALWAYS_INLINE void unfreeze_visit(struct gc_head *head, void *context)
{
    (void)context;
    store_relaxed(&head->word, load_relaxed(&head->word) & ~(uint64_t)GC_FROZEN);
}

ALWAYS_INLINE void count_visit(struct gc_head *head, void *context)
{
    size_t *count = context;
    *count += gc_head_is_frozen(head);
}

void gc_freeze(struct thread *T)
{
    gc_client_stop(T);
    gc_client_walk(POLICY_OLDEST, freeze_visit, NULL);
    policy_reset();
    gc_client_start(T);
}

void gc_unfreeze(struct thread *T)
{
    gc_client_stop(T);
    gc_client_walk(POLICY_OLDEST, unfreeze_visit, NULL);
    gc_client_start(T);
}

size_t gc_freeze_count(struct thread *T)
{
    size_t count = 0;
    gc_client_stop(T);
    gc_client_walk(POLICY_OLDEST, count_visit, &count);
    gc_client_start(T);
    return count;
}
