/*
 * Finding the unreachable among the young: trial deletion over an array.
 *
 * A collection of the young looks at some hundreds of containers that were just made and so are in the cache.  What costs is
 * not memory but instructions: to walk the heap for each step, and to wait for the words of children that are there already, as the
 * finder for large sets does (gc/unreachable.c).  So the heap is walked once, and what it has of the set is listed.
 *
 *   enter     Each container of the set becomes a CANDIDATE with payload = its count.
 *   subtract  Each reference from inside the set takes 1 off its target.
 *   mark      A candidate with references from outside makes its children REACHABLE, and these theirs, over a stack that is linked
 *             through the payload: that is 0 in what is only REACHABLE.  When no candidate is left that is not reached,
 *             nobody's children matter any more.
 *   settle    What is reached is a survivor, the rest is garbage.
 *
 * Invariants: as those of gc/unreachable.c; what is on the stack is REACHABLE and its payload is the link to the next.
 * Source: as there.
 */
#include "gc/young.h"

#include "alloc/base/check.h"
#include "gc/candidate.h"
#include "gc/client.h"
#include "gc/condemned.h"
#include "gc/survivor.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The set: its containers in the order of the walk.  One collection runs at a time. */
static struct gc_head *young_set[YOUNG_MOST];

struct young {
    struct thread *T;
    uint64_t oldest; /* of the set, as generation bits */
    uint64_t above;  /* what survivors are, as bits */
    bool weighs;     /* survivors */
    size_t length;
    size_t unreached; /* candidates that no reference from outside is known to keep */
    struct gc_head *stack;
    uint64_t survivors_bytes;
    struct condemned condemned;
};

/* --- list, enter and subtract ---------------------------------------------------------------------------------------------------- */

/* The generation is what lies lowest: any other bit of STANDING that differs is more than it. */
ALWAYS_INLINE bool is_in_set(const struct young *y, uint64_t word)
{
    return ((word & STANDING) ^ GC_TRACKED) <= y->oldest;
}

ALWAYS_INLINE void list_visit(struct gc_head *head, void *context)
{
    struct young *y = context;
    if (!is_in_set(y, load_relaxed(&head->word)))
        return;
    if (likely(y->length < YOUNG_MOST))
        young_set[y->length] = head;
    y->length++;
}

static void enter(struct young *y)
{
    size_t unreferenced = 0;
    for (size_t i = 0; i < y->length; i++) {
        struct gc_head *head = young_set[i];
        uint64_t word = load_relaxed(&head->word);
        ASSERT((word & GC_MARKS) == 0 && payload(word) == 0);
        uint64_t count = gc_client_count(head);
        unreferenced += count == 0;
        store_relaxed(&head->word, candidate_word(word, count));
    }
    y->unreached = unreferenced;
}

ALWAYS_INLINE void subtract_edge(struct gc_head *child, uint32_t number, void *context)
{
    (void)number;
    struct young *y = context;
    uint64_t word = load_relaxed(&child->word);
    if ((word & GC_CANDIDATE) == 0)
        return;
    if (REFBENCH_DEBUG && unlikely(payload(word) == 0))
        gc_client_count_too_small(child);
    y->unreached += payload(word) == 1;
    store_relaxed(&child->word, word - ONE_REFERENCE);
}

static void add_root(struct gc_head *head, void *context)
{
    struct young *y = context;
    uint64_t word = load_relaxed(&head->word);
    if ((word & GC_CANDIDATE) == 0 || payload(word) != 0)
        return;
    y->unreached--;
    store_relaxed(&head->word, word + ONE_REFERENCE);
}

static void subtract(struct young *y)
{
    for (size_t i = 0; i < y->length; i++)
        gc_client_traverse(NULL, young_set[i], subtract_edge, y);
    gc_client_each_uncounted_root(y->T, add_root, y);
}

/* --- mark -------------------------------------------------------------------------------------------------------- */

ALWAYS_INLINE void mark_edge(struct gc_head *child, uint32_t number, void *context)
{
    (void)number;
    struct young *y = context;
    uint64_t word = load_relaxed(&child->word);
    if ((word & GC_CANDIDATE) == 0 || is_reached(word))
        return;
    y->unreached--;
    store_relaxed(&child->word, with_link(word | GC_REACHABLE, y->stack));
    y->stack = child;
}

static void mark_stacked(struct young *y)
{
    while (y->stack != NULL) {
        struct gc_head *head = y->stack;
        y->stack = gc_head_link(head);
        store_relaxed(&head->word, load_relaxed(&head->word) & GC_FLAGS);
        gc_client_traverse(NULL, head, mark_edge, y);
    }
}

/* What is only REACHABLE has been marked from already. */
static void mark(struct young *y)
{
    for (size_t i = 0; i < y->length && y->unreached != 0; i++) {
        if (payload(load_relaxed(&young_set[i]->word)) == 0)
            continue;
        gc_client_traverse(NULL, young_set[i], mark_edge, y);
        mark_stacked(y);
    }
}

/* --- settle ------------------------------------------------------------------------------------------------------ */

ALWAYS_INLINE void settle_survivor(struct young *y, struct gc_head *head, uint64_t word)
{
    uint64_t kept = word & GC_FLAGS & ~(uint64_t)GC_MARKS;
    store_relaxed(&head->word, survivor_word(head, kept, y->above));
    if (unlikely(y->weighs))
        y->survivors_bytes += gc_client_bytes(head);
}

static void settle(struct young *y)
{
    for (size_t i = 0; i < y->length; i++) {
        uint64_t word = load_relaxed(&young_set[i]->word);
        if (likely(is_reached(word)))
            settle_survivor(y, young_set[i], word);
        else
            condemned_add(&y->condemned, y->T, young_set[i]);
    }
    ASSERT(y->condemned.count == y->unreached);
}

bool young_find(struct thread *T, unsigned generation, bool weighs, struct unreachable *found)
{
    ASSERT(generation + 1 < GC_GENERATIONS);
    struct young young = {
        .T = T,
        .oldest = (uint64_t)generation << GC_GENERATION_SHIFT,
        .above = (uint64_t)(generation + 1) << GC_GENERATION_SHIFT,
        .weighs = weighs,
    };
    gc_client_walk(generation, list_visit, &young);
    if (young.length > YOUNG_MOST)
        return false;
    struct phases *phases = &gc_client_thread(T)->phases;
    enter(&young);
    subtract(&young);
    phase_begin(phases, PHASE_MARK);
    mark(&young);
    phase_begin(phases, PHASE_SWEEP);
    settle(&young);
    *found = (struct unreachable){
        .first = young.condemned.first,
        .count = young.condemned.count,
        .observed = young.condemned.observed,
        .survivors = young.length - young.condemned.count,
        .survivors_bytes = young.survivors_bytes,
    };
    return true;
}
