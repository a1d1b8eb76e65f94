/*
 * Borrowed locs: references on the stack that are not counted, in frames that can be found.
 *
 * A loc is an object's address with two bits below it:
 *
 *   00   counted: it owns a reference
 *   01   borrowed: it relies on a reference in a slot.  The null loc may be borrowed, too, and need not be dropped
 *   11   alias: it relies on a counted loc of the same thread, or on a reference that was one
 *
 * The strategy sees to it that what a loc relies on does not end before its thread has *promoted*: made each uncounted cell of
 * its frames a counted one.  A borrowed loc leaves no trace, so it costs nothing.  Aliases are counted in a small table of the thread, by
 * a hash of the object's address: where that says 0, nothing relies on a counted loc, and its reference may end at once.
 * Two objects with one hash only make it end later.
 *
 * Invariant: at a pause, the sum of `aliases` = alias cells of the thread's frames; in debug builds, `uncounted` = uncounted cells but for null ones.
 * Source: references on the stack without a count: L. P. Deutsch, D. Bobrow, CACM 1976; tagged ones as in CPython 3.14's _PyStackRef.
 */
#ifndef RUNTIMES_RC_BORROW_H
#define RUNTIMES_RC_BORROW_H

#include "alloc/base/fault.h"
#include "runtimes/rc/frame_linked.h"
#include "runtimes/rc/types.h"

#define BORROW_BIT ((uintptr_t)1)
#define BORROW_ALIAS ((uintptr_t)3)

enum { BORROW_HASHES = 64, BORROW_SHIFT = 4 };

struct borrow_account {
    uint64_t uncounted; /* debug builds: locs that the thread has */
    uint32_t aliases[BORROW_HASHES];
};

static inline bool borrow_is_counted(rc_loc loc) { return (loc.w & BORROW_BIT) == 0; }
static inline bool borrow_is_alias(rc_loc loc) { return (loc.w & BORROW_ALIAS) == BORROW_ALIAS; }

static inline struct rc_header *borrow_get(rc_loc loc)
{
    return (struct rc_header *)(loc.w & ~BORROW_ALIAS);
}

static inline rc_loc borrow_counted(struct rc_header *o) { return (rc_loc){(uintptr_t)o}; }

static inline uint32_t *borrow_aliases(struct borrow_account *b, uintptr_t word)
{
    return &b->aliases[(word >> BORROW_SHIFT) % BORROW_HASHES];
}

/* Whether a loc may rely on a reference of the thread's own to that object. */
static inline bool borrow_is_aliased(struct borrow_account *b, const struct rc_header *o)
{
    return *borrow_aliases(b, (uintptr_t)o) != 0;
}

static inline rc_loc borrow_from_slot(struct borrow_account *b, struct rc_header *o)
{
    if (REFBENCH_DEBUG)
        b->uncounted += o != NULL;
    return (rc_loc){(uintptr_t)o | BORROW_BIT};
}

/* One more that relies on what `loc` does, or on `loc`. */
static inline rc_loc borrow_dup(struct borrow_account *b, rc_loc loc)
{
    if (REFBENCH_DEBUG)
        b->uncounted += borrow_get(loc) != NULL;
    if ((loc.w & BORROW_ALIAS) == BORROW_BIT || loc.w == 0)
        return loc;
    ++*borrow_aliases(b, loc.w);
    return (rc_loc){loc.w | BORROW_ALIAS};
}

/* An uncounted loc is no more. */
static inline void borrow_end(struct borrow_account *b, rc_loc loc)
{
    if (REFBENCH_DEBUG)
        b->uncounted -= borrow_get(loc) != NULL;
    if (borrow_is_alias(loc))
        --*borrow_aliases(b, loc.w);
}

/* What the thread's frames have uncounted becomes counted; `increment` is given no NULL. */
static inline __attribute__((always_inline)) void
borrow_promote(struct borrow_account *b, struct rc_frame *frames,
               void (*increment)(struct rc_header *))
{
    for (struct rc_frame *frame = frames; frame != NULL; frame = frame->caller)
        for (size_t i = 0; i < frame->length; i++) {
            rc_loc loc = frame->cells[i];
            if (borrow_is_counted(loc))
                continue;
            borrow_end(b, loc);
            frame->cells[i] = borrow_counted(borrow_get(loc));
            if (borrow_get(loc) != NULL && !FAULT(forget_borrowed))
                increment(borrow_get(loc));
        }
    VALIDATE(b->uncounted == 0); /* else a loc is in no cell, or in one after it was dropped */
}

/* Calls back for what the uncounted cells of `frames` refer to. */
static inline void borrow_each_root(const struct rc_frame *frames,
                                    void (*visit)(struct rc_header *, void *), void *context)
{
    for (const struct rc_frame *frame = frames; frame != NULL; frame = frame->caller)
        for (size_t i = 0; i < frame->length; i++)
            if (!borrow_is_counted(frame->cells[i]) && borrow_get(frame->cells[i]) != NULL)
                visit(borrow_get(frame->cells[i]), context);
}

#endif
