/* The slow half of borrowing.h: applying what is ripe, promotion, roots, settling. */
#include RC_STRATEGY_HEADER

#include "alloc/base/check.h"
#include "alloc/base/fault.h"

/* --- decrements --------------------------------------------------------------------------------------------------- */

/* Nobody borrows from these references, nor from what dies of their end. */
void borrowing_end_all(struct thread *T, struct rc_header *const *objects, size_t length)
{
    const struct rc_frame *outer = borrowing_begin_final(T);
    for (size_t i = 0; i < length; i++)
        counted_decrement(T, objects[i]);
    borrowing_end_final(T, outer);
}

void borrowing_apply(struct thread *T)
{
    deferral_end_ripe(&rc_self(T)->deferral, T, borrowing_end_all);
}

void borrowing_on_safepoint(struct thread *T)
{
    deferral_on_safepoint(&rc_self(T)->deferral, T, borrowing_end_all);
}

void borrowing_flush(struct thread *T)
{
    deferral_seal(&rc_self(T)->deferral);
    borrowing_apply(T);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

void borrowing_attach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    ASSERT(self->frames == NULL && self->borrowed == 0);
    self->final = BORROWING_DEFERS;
    deferral_attach(&self->deferral, self);
}

void borrowing_detach(struct thread *T, deferral_end *end)
{
    ASSERT(rc_self(T)->frames == NULL && rc_self(T)->borrowed == 0);
    deferral_detach(&rc_self(T)->deferral, T, end);
}

/* --- cells of frames ---------------------------------------------------------------------------------------------- */

static void promote(rc_loc *cell, void *context)
{
    struct thread *T = context;
    struct rc_header *o = strategy_get(*cell);
    if (!borrowing_is_borrowed(*cell))
        return;
    if (o != NULL && !FAULT(forget_borrowed))
        counted_increment(T, o);
    *cell = (rc_loc){(uintptr_t)o};
    borrowing_end(T, o);
}

void strategy_before_pause(struct thread *T)
{
    rc_frame_each_cell(rc_self(T)->frames, promote, T);
    VALIDATE(rc_self(T)->borrowed ==
             0); /* else a loc is in no cell, or in one after it was dropped */
    deferral_look(&rc_self(T)->deferral);
}

struct root_visit {
    void (*visit)(struct rc_header *, void *);
    void *context;
};

static void visit_borrowed(rc_loc *cell, void *context)
{
    const struct root_visit *v = context;
    if (borrowing_is_borrowed(*cell) && strategy_get(*cell) != NULL && !FAULT(forget_roots))
        v->visit(strategy_get(*cell), v->context);
}

static void visit_stack(const struct rc_thread *thread, void *context)
{
    rc_frame_each_cell(thread->frames, visit_borrowed, context);
}

/* Threads that rest have promoted what they borrow; whoever stopped the world has not. */
void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context)
{
    (void)T;
    struct root_visit v = {visit, context};
    deferral_each_thread(visit_stack, &v);
}

/* --- settling ----------------------------------------------------------------------------------------------------- */

static bool settle(struct rc_header *o)
{
    if (counted_is_immortal(o))
        return true;
    const size_t count = strategy_count(o);
    if (REFBENCH_DEBUG && count == 0)
        rc_count_too_small(o);
    if (count == 1)
        return false;
    counted_reduce(o);
    return true;
}

/* What others borrowed is promoted since they rest; what T did is not.  It may have borrowed X from a slot whose unit is ended here
 * before its period is over, and from then on it relies on any other unit of X.  That is safe without promoting first.  X has another,
 * or this one were the last and would be kept.  Nothing is ended before the world starts (rc_settle), and there T promotes
 * before the period is over that the kept ones wait for, among them those of whatever host has that other unit.  Meanwhile the
 * collector visits what T borrows. */
void borrowing_settle(struct thread *T) { deferral_settle(&rc_self(T)->deferral, settle); }
