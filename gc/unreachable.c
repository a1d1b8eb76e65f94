/*
 * Finding the unreachable: trial deletion over walks in memory order.
 *
 *   subtract  Each container of the set becomes a CANDIDATE with payload = its count, the first
 *             time it is met, and each reference from inside the set takes 1 off its target.  What
 *             remains are references from outside; one is added for those that counts leave out.
 *   mark      A cursor walks the set.  A candidate with references from outside, or REACHABLE, is
 *             a survivor and makes its children REACHABLE; any other is PASSED.  A child ahead of
 *             the cursor waits until that comes; one that was passed goes on a stack, which is
 *             drained before the cursor moves on.  When no candidate is left that is not
 *             reached, nobody's children matter any more.
 *   sweep     Only if there is garbage: what is still a candidate is unreachable.
 *
 * The set is either what the heap has of some generations, or, when finalizers have run, the
 * garbage of this collection, listed: then the list, too, refers to each once, by the hold.  What
 * others can reach of it by now has references from outside of the set.
 *
 * The stack is linked through the payload, which a passed candidate no longer needs (it is 0), so
 * marking allocates nothing and cannot fail.  But to pop a long linked stack is one cache miss
 * after the other.  So when it is deep, a child that was passed is left REACHABLE where it lies,
 * for another pass of the cursor, which reads memory in order.  The last pass sets no limit to the
 * stack, and so the number of passes has one.  What the cursor meets again is ahead of it until it is
 * marked from: only what is in no queue may be on the stack, or its link would be lost.
 *
 * In a heap in random order both walks wait for the words of children.  These are therefore asked
 * for ahead: a container waits in a short queue while its children's words come in, whether it
 * comes from the cursor or from the stack.
 *
 * Invariants: a payload never falls below 0, since count = references from inside + from outside;
 * after subtract, unreached = candidates that are not reached; after mark, candidates = survivors +
 * unreached, and the unreached are garbage; after sweep, no mark bit is set and payloads are 0, but
 * for the links of the unreachable that the heap's walk found.
 * Source: trial deletion as in CPython's gcmodule.c (N. Schemenauer, 2000), for reference counts
 * first in T. Christopher, 1984; the queue: C.-Y. Cher, A. Hosking, T. Vijaykumar, "Software
 * Prefetching for Mark-Sweep Garbage Collection", ASPLOS 2004; searching again after finalizers:
 * PEP 442 (A. Pitrou, 2013).
 */
#include "gc/unreachable.h"

#include "alloc/base/check.h"
#include "gc/candidate.h"
#include "gc/client.h"
#include "gc/condemned.h"
#include "gc/queue.h"
#include "gc/survivor.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum {
    STACK_SMALL = 1024, /* a stack this deep stays in the cache */
    STACK_PART = 16,    /* nor does one matter that is less than this part of the set */
    MARK_PASSES = 4,
};

struct finder {
    struct thread *T;
    struct gc_head **members; /* of the set, and how many; NULL: what the heap has */
    size_t length;
    unsigned generation; /* of the collection */
    uint64_t standing;   /* of the set, all but the generation */
    uint64_t oldest;     /* of the set, as generation bits */
    uint64_t revived;    /* what survivors are, as bits */
    bool weighs;         /* survivors */
    size_t candidates;
    size_t unreached; /* candidates that no reference from outside is known to keep */
    size_t survivors;
    uint64_t survivors_bytes;
    struct gc_head *stack;
    size_t depth;
    size_t depth_limit;
    bool another_pass;
    struct condemned condemned; /* of the heap */
    struct queue waiting;
};

/* Calls `visit` for each of the set, and perhaps others, in the same order each time. */
ALWAYS_INLINE void finder_walk(struct finder *f, void (*visit)(struct gc_head *, void *))
{
    if (f->members == NULL) {
        gc_client_walk(f->generation, visit, f);
        return;
    }
    for (size_t i = 0; i < f->length; i++)
        visit(f->members[i], f);
}

/* --- subtract --------------------------------------------------------------------------------- */

/* The generation is what lies lowest: any other bit of STANDING that differs is more than it. */
ALWAYS_INLINE bool is_in_set(const struct finder *f, uint64_t word)
{
    return ((word & STANDING) ^ f->standing) <= f->oldest;
}

/* Makes a container of the set a candidate, if it is none yet; returns its word. */
ALWAYS_INLINE uint64_t subtract_enter(struct finder *f, struct gc_head *head, uint64_t word)
{
    if (word & GC_CANDIDATE)
        return word;
    ASSERT(payload(word) == 0);
    uint64_t count = gc_client_count(head);
    f->candidates++;
    f->unreached += count == 0;
    return candidate_word(word, count);
}

ALWAYS_INLINE void subtract_edge(struct gc_head *child, uint32_t number, void *context)
{
    (void)number;
    struct finder *f = context;
    uint64_t word = load_relaxed(&child->word);
    if (!is_in_set(f, word))
        return;
    word = subtract_enter(f, child, word);
    if (REFBENCH_DEBUG && unlikely(payload(word) == 0))
        gc_client_count_too_small(child);
    f->unreached += payload(word) == 1;
    store_relaxed(&child->word, word - ONE_REFERENCE);
}

/* Subtracts what those refer to that have waited longest, until `keep` are left. */
ALWAYS_INLINE void subtract_waiting(struct finder *f, unsigned keep)
{
    while (f->waiting.length > keep) {
        struct gc_head *head = queue_take(&f->waiting);
        store_relaxed(&head->word, subtract_enter(f, head, load_relaxed(&head->word)));
        gc_client_traverse(NULL, head, subtract_edge, f);
    }
}

ALWAYS_INLINE void subtract_visit(struct gc_head *head, void *context)
{
    struct finder *f = context;
    if (!is_in_set(f, load_relaxed(&head->word)))
        return;
    gc_client_prefetch_children(head);
    queue_put(&f->waiting, head);
    subtract_waiting(f, QUEUE_LENGTH - 1);
}

static void add_root(struct gc_head *head, void *context)
{
    struct finder *f = context;
    uint64_t word = load_relaxed(&head->word);
    if ((word & GC_CANDIDATE) == 0 || payload(word) != 0)
        return;
    f->unreached--;
    store_relaxed(&head->word, word + ONE_REFERENCE);
}

static void subtract(struct finder *f)
{
    finder_walk(f, subtract_visit);
    subtract_waiting(f, 0);
    for (size_t i = 0; i < f->length; i++)
        subtract_edge(f->members[i], 0, f);
    gc_client_each_uncounted_root(f->T, add_root, f);
}

/* --- mark ------------------------------------------------------------------------------------- */

ALWAYS_INLINE void mark_push(struct finder *f, struct gc_head *head, uint64_t word)
{
    store_relaxed(&head->word, with_link(word, f->stack));
    f->stack = head;
    f->depth++;
}

ALWAYS_INLINE void mark_edge(struct gc_head *child, uint32_t number, void *context)
{
    (void)number;
    struct finder *f = context;
    uint64_t word = load_relaxed(&child->word);
    if ((word & GC_CANDIDATE) == 0 || is_reached(word))
        return;
    word |= GC_REACHABLE;
    store_relaxed(&child->word, word);
    f->unreached--;
    if ((word & GC_PASSED) == 0)
        return;
    if (f->depth < f->depth_limit)
        mark_push(f, child, word);
    else
        f->another_pass = true;
}

ALWAYS_INLINE void mark_survivor(struct finder *f, struct gc_head *head, uint64_t word)
{
    uint64_t kept = word & GC_FLAGS & ~(uint64_t)(GC_MARKS | GC_GENERATION | GC_GARBAGE);
    if (f->members == NULL)
        kept = survivor_word(head, kept, f->revived & GC_GENERATION);
    else
        kept |= f->revived;
    store_relaxed(&head->word, kept);
    f->survivors++;
    if (unlikely(f->weighs))
        f->survivors_bytes += gc_client_bytes(head);
    if (f->unreached != 0)
        gc_client_traverse(NULL, head, mark_edge, f);
}

ALWAYS_INLINE void mark_from(struct finder *f, struct gc_head *head)
{
    uint64_t word = load_relaxed(&head->word);
    if ((word & GC_CANDIDATE) == 0)
        return;
    if (is_reached(word))
        mark_survivor(f, head, word);
    else
        store_relaxed(&head->word, word | GC_PASSED);
}

ALWAYS_INLINE void mark_later(struct finder *f, struct gc_head *head)
{
    if (f->unreached != 0 && is_reached(load_relaxed(&head->word)))
        gc_client_prefetch_children(head);
    queue_put(&f->waiting, head);
}

ALWAYS_INLINE struct gc_head *mark_pop(struct finder *f)
{
    struct gc_head *head = f->stack;
    f->stack = gc_head_link(head);
    f->depth--;
    return head;
}

/* Marks from those that have waited longest, and from the stack, until that is empty and `keep`
 * are left. */
ALWAYS_INLINE void mark_waiting(struct finder *f, unsigned keep)
{
    while (f->waiting.length > keep) {
        mark_from(f, queue_take(&f->waiting));
        while (f->stack != NULL && f->waiting.length < QUEUE_LENGTH)
            mark_later(f, mark_pop(f));
    }
}

ALWAYS_INLINE void mark_visit(struct gc_head *head, void *context)
{
    struct finder *f = context;
    uint64_t word = load_relaxed(&head->word);
    if ((word & GC_CANDIDATE) == 0)
        return;
    if ((word & GC_PASSED) != 0) /* in an earlier pass: now it is ahead again */
        store_relaxed(&head->word, word & ~(uint64_t)GC_PASSED);
    mark_later(f, head);
    mark_waiting(f, QUEUE_LENGTH - 1);
}

static void mark_pass(struct finder *f)
{
    f->another_pass = false;
    finder_walk(f, mark_visit);
    mark_waiting(f, 0);
}

static void mark(struct finder *f)
{
    f->depth_limit = STACK_SMALL + f->candidates / STACK_PART;
    f->another_pass = true;
    for (unsigned pass = 1; f->another_pass; pass++) {
        if (pass == MARK_PASSES)
            f->depth_limit = SIZE_MAX;
        mark_pass(f);
    }
    ASSERT(f->candidates == f->survivors + f->unreached);
}

/* --- sweep ------------------------------------------------------------------------------------ */

ALWAYS_INLINE void sweep_visit(struct gc_head *head, void *context)
{
    struct finder *f = context;
    uint64_t word = load_relaxed(&head->word);
    if ((word & GC_CANDIDATE) == 0)
        return;
    ASSERT((word & GC_PASSED) != 0 && !is_reached(word));
    condemned_add(&f->condemned, f->T, head);
}

/* Of the heap. */
static void sweep(struct finder *f)
{
    if (f->unreached != 0)
        gc_client_walk(f->generation, sweep_visit, f);
    ASSERT(f->condemned.count == f->unreached);
}

/* Of a listed set: what is still unreachable comes first. */
static void sweep_members(struct finder *f)
{
    size_t unreachable = 0;
    for (size_t i = 0; i < f->length; i++) {
        struct gc_head *head = f->members[i];
        uint64_t word = load_relaxed(&head->word);
        if ((word & GC_CANDIDATE) == 0)
            continue;
        store_relaxed(&head->word, word & GC_FLAGS & ~(uint64_t)GC_MARKS);
        f->members[i] = f->members[unreachable];
        f->members[unreachable++] = head;
    }
    ASSERT(unreachable == f->unreached);
}

/* --- all of it -------------------------------------------------------------------------------- */

ALWAYS_INLINE void clean_visit(struct gc_head *head, void *context)
{
    bool *is_clean = context;
    uint64_t word = load_relaxed(&head->word);
    *is_clean &= (word & GC_MARKS) == 0 && ((word & GC_TRACKED) == 0 || payload(word) == 0);
}

bool unreachable_is_clean(unsigned oldest)
{
    bool is_clean = true;
    gc_client_walk(oldest, clean_visit, &is_clean);
    return is_clean;
}

static uint64_t unreachable_revived(unsigned generation)
{
    unsigned above = generation + 1 < GC_GENERATIONS ? generation + 1 : generation;
    return GC_TRACKED | (uint64_t)above << GC_GENERATION_SHIFT;
}

struct unreachable unreachable_find_in_words(struct thread *T, unsigned generation, bool weighs)
{
    struct finder finder = {
        .T = T,
        .generation = generation,
        .standing = GC_TRACKED,
        .oldest = (uint64_t)generation << GC_GENERATION_SHIFT,
        .revived = unreachable_revived(generation),
        .weighs = weighs,
    };
    struct phases *phases = &gc_client_thread(T)->phases;
    subtract(&finder);
    phase_begin(phases, PHASE_MARK);
    mark(&finder);
    phase_begin(phases, PHASE_SWEEP);
    sweep(&finder);
    return (struct unreachable){
        .first = finder.condemned.first,
        .count = finder.condemned.count,
        .observed = finder.condemned.observed,
        .survivors = finder.survivors,
        .survivors_bytes = finder.survivors_bytes,
    };
}

size_t unreachable_find_again(struct thread *T, unsigned generation, struct gc_head **members,
                              size_t length)
{
    struct finder finder = {
        .T = T,
        .members = members,
        .length = length,
        .generation = generation,
        .standing = GC_GARBAGE,
        .oldest = GC_GENERATION,
        .revived = unreachable_revived(generation),
    };
    subtract(&finder);
    mark(&finder);
    sweep_members(&finder);
    VALIDATE(unreachable_is_clean(generation));
    return finder.unreached;
}

void unreachable_keep(struct gc_head *head, unsigned generation)
{
    uint64_t kept = load_relaxed(&head->word) & GC_FLAGS & ~(uint64_t)(GC_GENERATION | GC_GARBAGE);
    store_relaxed(&head->word, kept | unreachable_revived(generation));
}
