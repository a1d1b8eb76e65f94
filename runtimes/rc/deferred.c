/* The slow half of deferred.h: decrements, ends that are final, promotion, settling. */
#include RC_STRATEGY_HEADER

#include "alloc/base/check.h"

/* --- decrements -------------------------------------------------------------------------------------------------- */

static void expect_references(const struct rc_header *o, uint32_t count)
{
    if (REFBENCH_DEBUG && unlikely(deferred_references(count) == 0))
        rc_count_too_small(o);
}

static bool is_last(uint32_t count) { return deferred_references(count) == 1; }

static void destroy(struct thread *T, struct rc_header *o)
{
    store_relaxed(&o->count, 0);
    rc_died(T, o);
}

/* Ends a unit that nobody relies on.  Only a name can bring back what has one reference left. */
static void end_final(struct thread *T, struct rc_header *o)
{
    const uint32_t count = load_acquire(&o->count); /* (D3) */
    expect_references(o, count);
    if (deferred_is_immortal(count))
        return;
    const bool alone = is_last(count) && (count & DEFERRED_NAMED) == 0;
    if (alone || is_last(fetch_sub_acq_rel(&o->count, DEFERRED_ONE))) /* (D4), (D3) */
        destroy(T, o);
}

static bool is_leaf(const struct rc_header *o)
{
    return (load_relaxed(&o->count) & DEFERRED_LEAF) != 0;
}

/* Ends a unit that nobody relies on, if it is not the last. */
static bool end_unless_last(struct rc_header *o)
{
    uint32_t count = load_relaxed(&o->count);
    do {
        expect_references(o, count);
        if (deferred_is_immortal(count))
            return true;
        if (is_last(count))
            return false;
    } while (!cas_weak_release(&o->count, &count, count - DEFERRED_ONE)); /* (D4) */
    return true;
}

void deferred_release(struct thread *T, struct rc_header *o)
{
    struct rc_thread *self = rc_self(T);
    const bool aliased = borrow_is_aliased(&self->borrows, o);
    if (!aliased && deferred_is_final(T))
        end_final(T, o);
    else if (aliased || !is_leaf(o) || !end_unless_last(o))
        deferral_push(&self->deferral, o);
}

/* What is ripe: nobody relies on it, nor on what dies of it. */
static void end_ripe(struct thread *T, struct rc_header *const *objects, size_t length)
{
    struct rc_thread *self = rc_self(T);
    const struct rc_frame *outer = self->final_in;
    self->final_in = self->frames;
    for (size_t i = 0; i < length; i++)
        end_final(T, objects[i]);
    self->final_in = outer;
}

/* --- threads ----------------------------------------------------------------------------------------------------- */

void strategy_attach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    *self = (struct rc_thread){.final_in = DEFERRED_NOWHERE};
    deferral_attach(&self->deferral, self);
}

void strategy_detach(struct thread *T)
{
    ASSERT(rc_self(T)->frames == NULL);
    deferral_detach(&rc_self(T)->deferral, T, end_ripe);
}

bool strategy_on_safepoint(struct thread *T)
{
    deferral_on_safepoint(&rc_self(T)->deferral, T, end_ripe);
    return false;
}

void strategy_flush(struct thread *T)
{
    deferral_seal(&rc_self(T)->deferral);
    deferral_end_ripe(&rc_self(T)->deferral, T, end_ripe);
}

void strategy_before_fork(struct thread *T)
{
    (void)T;
    deferral_hold();
}

void strategy_after_fork(struct thread *T)
{
    (void)T;
    deferral_resume();
}

void strategy_after_fork_in_child(struct thread *T)
{
    deferral_resume_alone(&rc_self(T)->deferral);
}

/* --- cells of frames --------------------------------------------------------------------------------------------- */

static void promote(struct rc_thread *self)
{
    borrow_promote(&self->borrows, self->frames, deferred_increment);
}

void strategy_before_pause(struct thread *T)
{
    promote(rc_self(T));
    deferral_look(&rc_self(T)->deferral);
}

struct root_visit {
    void (*visit)(struct rc_header *, void *);
    void *context;
};

static void visit_roots_of(const struct rc_thread *thread, void *context)
{
    const struct root_visit *v = context;
    borrow_each_root(thread->frames, v->visit, v->context);
}

void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context)
{
    (void)T;
    struct root_visit v = {visit, context};
    deferral_each_thread(visit_roots_of, &v);
}

/* The world is stopped and the others have promoted; once T has too, nobody relies on what waits. */
void strategy_settle(struct thread *T)
{
    promote(rc_self(T));
    deferral_settle(&rc_self(T)->deferral, end_unless_last);
}
