/*
 * Finding the unreachable by number: full collections of big heaps.
 *
 * In a heap that no cache holds, time is memory traffic.  gc/unreachable.c keeps what it must know of
 * a container in the container's own word, and so each of its walks reads the heap as a whole, and
 * writes most lines of it back.  Here containers have numbers in the order of memory, and there is
 * an array of *cells*, one for each number, four bytes long, which is small enough to be near.  The
 * heap is read once; and not written, but where something moves up to the oldest generation.
 *
 *   cell = 2 x (references - references from inside) + 1 for a container of the set, else even
 *
 *   subtract  reads the heap in the order of memory: each container adds its count to its own cell,
 *             and takes 1 off the cells of its children, in whatever order: cells wrap around.
 *             Which number a child has follows from its address alone, so that it is not touched.
 *   mark      A cursor walks the cells.  What has references from outside is reached, and so are
 *             its children: a child ahead of the cursor waits until that comes, one behind goes on
 *             a stack, and if that is deep, waits for another round of the cursor.  A cell that is
 *             reached is AHEAD minus twice the round in which it is to be marked from.  The end is
 *             when nothing is left to be reached: mostly so early that little of the heap is read
 *             again.
 *   sweep     Only if there is garbage: the cells that are 1.
 *
 * In a heap in random order the words of what is marked from come in late: it waits in a queue until they
 * have.
 *
 * References beyond 31 bits would not fit: the cell has them modulo 2^31.  If it is not 0, there are
 * references from outside.  If it is, and the container has so many references, nobody knows; then
 * the search is given up, before any container is condemned, and gc/unreachable.c does it.
 *
 * Invariant: unreached = cells that are 1.  Cell 0 belongs to nobody and is even: what is no container
 * may have it as its number.
 * Source: the counts apart from the objects, and what that does for caches, are known from mark
 * bitmaps (H. Boehm, "Reducing Garbage Collector Cache Misses", ISMM 2000); a queue before the
 * stack: Cher, Hosking, Vijaykumar, ASPLOS 2004.
 */
#include "gc/numbered.h"

#include "alloc/base/check.h"
#include "gc/candidate.h"
#include "gc/cells.h"
#include "gc/client.h"
#include "gc/condemned.h"
#include "gc/queue.h"
#include "gc/survivor.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum {
    STACK_SMALL = 1024, /* as in gc/unreachable.c */
    STACK_PART = 16,
    ROUNDS = 4,
};

#define AHEAD ((gc_cell)-1)
#define TELLABLE                                                                                   \
    (UINT64_C(1) << (8 * sizeof(gc_cell) - 1)) /* references that a cell can tell apart */

struct finder {
    struct thread *T;
    struct gc_numbers numbers;
    size_t places;
    gc_cell *cells;
    struct gc_head **stack; /* as many; pages that are not needed are not touched */
    bool weighs;
    bool has_untellable; /* some have more references than a cell can tell, and */
    bool is_in_doubt;    /* of these some may be garbage */
    size_t candidates;
    size_t unreached;
    uint64_t bytes; /* of the candidates */
    size_t depth;
    size_t depth_limit;
    unsigned round;
    gc_cell due;     /* what is to be marked from in this round, and */
    uint32_t cursor; /* the number it has come to */
    bool another_round;
    struct queue waiting;
    struct condemned condemned;
};

/* --- memory ----------------------------------------------------------------------------------- */

static bool finder_init(struct finder *f)
{
    if (!gc_client_number(&f->numbers))
        return false;
    f->places = (size_t)gc_client_last(&f->numbers) + 1;
    f->cells = gc_client_map(f->places * sizeof *f->cells);
    f->stack = f->cells != NULL ? gc_client_map(f->places * sizeof *f->stack) : NULL;
    if (f->stack != NULL)
        return true;
    if (f->cells != NULL)
        gc_client_unmap(f->cells, f->places * sizeof *f->cells);
    gc_client_unnumber(&f->numbers);
    return false;
}

static void finder_fini(struct finder *f)
{
    gc_client_unmap(f->stack, f->places * sizeof *f->stack);
    gc_client_unmap(f->cells, f->places * sizeof *f->cells);
    gc_client_unnumber(&f->numbers);
}

/* --- subtract --------------------------------------------------------------------------------- */

/* What the innermost loop needs: a struct of its own, so that it stays in registers. */
struct subtraction {
    gc_cell *cells;
};

ALWAYS_INLINE void subtract_child(struct gc_head *child, uint32_t number, void *context)
{
    struct subtraction *s = context;
    (void)child;
    s->cells[number] -= CELL_ONE_REFERENCE;
}

ALWAYS_INLINE bool is_in_set(uint64_t word)
{
    return (word & (GC_TRACKED | GC_FROZEN | GC_GARBAGE)) == GC_TRACKED;
}

ALWAYS_INLINE void subtract_enter(struct finder *f, struct gc_head *head, gc_cell *own)
{
    uint64_t count = gc_client_count(head);
    if (unlikely(count >= TELLABLE)) {
        f->has_untellable = true;
        count = count < MOST_REFERENCES ? count : MOST_REFERENCES;
    }
    *own += (gc_cell)count * CELL_ONE_REFERENCE + CELL_IN_SET;
    f->candidates++;
    if (unlikely(f->weighs))
        f->bytes += gc_client_bytes(head);
}

ALWAYS_INLINE bool subtract_stretch(const struct gc_stretch *stretch, void *context)
{
    struct finder *f = context;
    const struct gc_numbers numbers = f->numbers;
    struct subtraction s = {.cells = f->cells};
    for (uint32_t i = 0; i < stretch->length; i++) {
        struct gc_head *head = gc_stretch_at(stretch, i);
        uint64_t word = load_relaxed(&head->word);
        if (!is_in_set(word))
            continue;
        subtract_enter(f, head, &s.cells[stretch->number + i]);
        uint64_t survivor = survivor_word(head, word, GC_OLDEST);
        if (unlikely(survivor != word))
            store_relaxed(&head->word, survivor);
        gc_client_traverse(&numbers, head, subtract_child, &s);
    }
    return true;
}

/* Debug builds: no container's cell has gone below 0. */
ALWAYS_INLINE bool compare_stretch(const struct gc_stretch *stretch, void *context)
{
    const struct finder *f = context;
    for (uint32_t i = 0; i < stretch->length; i++) {
        const struct gc_head *head = gc_stretch_at(stretch, i);
        gc_cell own = f->cells[stretch->number + i];
        if ((own & CELL_IN_SET) != 0 && own / CELL_ONE_REFERENCE > gc_client_count(head))
            gc_client_count_too_small(head);
    }
    return true;
}

static void add_root(struct gc_head *head, void *context)
{
    struct finder *f = context;
    gc_cell *own = &f->cells[gc_client_number_of(&f->numbers, head)];
    if (*own != CELL_UNREACHED)
        return;
    *own += CELL_ONE_REFERENCE;
    f->unreached--;
}

static void subtract(struct finder *f)
{
    gc_client_each_stretch(&f->numbers, subtract_stretch, f);
    if (REFBENCH_DEBUG)
        gc_client_each_stretch(&f->numbers, compare_stretch, f);
    f->unreached = cells_count_unreached(f->cells, f->places);
    gc_client_each_uncounted_root(f->T, add_root, f);
}

/* --- mark ------------------------------------------------------------------------------------- */

ALWAYS_INLINE void mark_child(struct gc_head *child, uint32_t number, void *context)
{
    struct finder *f = context;
    if (f->cells[number] != CELL_UNREACHED)
        return;
    f->unreached--;
    f->cells[number] = f->due;
    if (number > f->cursor)
        return;
    if (f->depth < f->depth_limit) {
        f->stack[f->depth++] = child;
        return;
    }
    f->cells[number] = f->due - CELL_ONE_REFERENCE;
    f->another_round = true;
}

ALWAYS_INLINE void mark_later(struct finder *f, struct gc_head *head)
{
    __builtin_prefetch(head);
    queue_put(&f->waiting, head);
}

/* Marks from those that have waited longest, and from the stack, until that is empty and `keep`
 * are left. */
ALWAYS_INLINE void mark_waiting(struct finder *f, unsigned keep)
{
    while (f->waiting.length > keep && f->unreached != 0) {
        gc_client_traverse(&f->numbers, queue_take(&f->waiting), mark_child, f);
        while (f->depth > 0 && f->waiting.length < QUEUE_LENGTH)
            mark_later(f, f->stack[--f->depth]);
    }
}

/* In the first round whatever is reached is due. */
ALWAYS_INLINE bool mark_stretch(const struct gc_stretch *stretch, void *context)
{
    struct finder *f = context;
    const gc_cell *own = &f->cells[stretch->number];
    const uint32_t length = stretch->length;
    for (uint32_t i = 0; (i = cells_find_reached(own, i, length)) < length; i++) {
        if (f->round != 0 && own[i] != f->due)
            continue;
        f->cursor = stretch->number + i;
        mark_later(f, gc_stretch_at(stretch, i));
        mark_waiting(f, QUEUE_LENGTH - 1);
    }
    f->cursor = stretch->number + length - 1;
    mark_waiting(f, 0);
    return f->unreached != 0;
}

static void mark_round(struct finder *f)
{
    f->another_round = false;
    f->due = AHEAD - (gc_cell)f->round * CELL_ONE_REFERENCE;
    gc_client_each_stretch(&f->numbers, mark_stretch, f);
}

static void mark(struct finder *f)
{
    f->depth_limit = STACK_SMALL + f->candidates / STACK_PART;
    f->another_round = true;
    for (f->round = 0; f->another_round && f->unreached != 0; f->round++) {
        if (f->round == ROUNDS - 1)
            f->depth_limit = SIZE_MAX;
        mark_round(f);
    }
    ASSERT(f->unreached == cells_count_unreached(f->cells, f->places));
}

/* --- sweep ------------------------------------------------------------------------------------ */

/* Whether a cell that says "unreached" may be wrong by 2^31. */
ALWAYS_INLINE bool check_stretch(const struct gc_stretch *stretch, void *context)
{
    struct finder *f = context;
    const gc_cell *own = &f->cells[stretch->number];
    const uint32_t length = stretch->length;
    for (uint32_t i = 0; (i = cells_find_unreached(own, i, length)) < length; i++)
        f->is_in_doubt |= gc_client_count(gc_stretch_at(stretch, i)) >= TELLABLE;
    return !f->is_in_doubt;
}

ALWAYS_INLINE void sweep_one(struct finder *f, struct gc_head *head)
{
    if (unlikely(f->weighs))
        f->bytes -= gc_client_bytes(head);
    condemned_add(&f->condemned, f->T, head);
}

ALWAYS_INLINE bool sweep_stretch(const struct gc_stretch *stretch, void *context)
{
    struct finder *f = context;
    const gc_cell *own = &f->cells[stretch->number];
    const uint32_t length = stretch->length;
    for (uint32_t i = 0; (i = cells_find_unreached(own, i, length)) < length; i++)
        sweep_one(f, gc_stretch_at(stretch, i));
    return f->condemned.count < f->unreached;
}

static void sweep(struct finder *f)
{
    if (f->unreached != 0 && f->has_untellable)
        gc_client_each_stretch(&f->numbers, check_stretch, f);
    if (f->unreached != 0 && !f->is_in_doubt)
        gc_client_each_stretch(&f->numbers, sweep_stretch, f);
    ASSERT(f->is_in_doubt || f->condemned.count == f->unreached);
}

/* --- all of it -------------------------------------------------------------------------------- */

bool numbered_find(struct thread *T, bool weighs, struct unreachable *found)
{
    struct finder finder = {.T = T, .weighs = weighs};
    if (!finder_init(&finder))
        return false;
    struct phases *phases = &gc_client_thread(T)->phases;
    subtract(&finder);
    phase_begin(phases, PHASE_MARK);
    mark(&finder);
    phase_begin(phases, PHASE_SWEEP);
    sweep(&finder);
    finder_fini(&finder);
    *found = (struct unreachable){
        .first = finder.condemned.first,
        .count = finder.condemned.count,
        .observed = finder.condemned.observed,
        .survivors = finder.candidates - finder.condemned.count,
        .survivors_bytes = finder.bytes,
    };
    return !finder.is_in_doubt;
}
