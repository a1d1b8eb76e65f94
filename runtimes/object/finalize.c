/* Running finalizers. */
#include "runtimes/object/finalize.h"

#include "alloc/base/fault.h"

#include <stdio.h>

static struct {
    _Atomic uint64_t runs;
    _Atomic uint64_t errors;
} finalize_total;

static void report_on_stderr(const struct type *type)
{
    fprintf(stderr, "a finalizer of %s failed; its object ends all the same\n", type->name);
}

static finalize_reporter *_Atomic report = report_on_stderr;

void finalize_report_to(finalize_reporter *reporter)
{
    store_relaxed(&report, reporter != NULL ? reporter : report_on_stderr);
}

struct finalize_statistics finalize_statistics(void)
{
    return (struct finalize_statistics){load_relaxed(&finalize_total.runs),
                                        load_relaxed(&finalize_total.errors)};
}

static void run(struct thread *T, const struct type *type, rc_loc self)
{
    fetch_add_relaxed(&finalize_total.runs, 1);
    if (FAULT(finalize_twice))
        type->finalize(T, self);
    if (likely(type->finalize(T, self)))
        return;
    fetch_add_relaxed(&finalize_total.errors, 1);
    load_relaxed (&report)(type);
}

void finalize_dead(struct thread *T, struct container *c)
{
    RC_FRAME(T, f, 1);
    gc_head_set_finalized(&c->gc);
    gc_head_set_living(&c->gc);
    f[0] = rc_move(T, rc_revive(T, &c->obj.rc));
    run(T, c->obj.type, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void finalize_garbage(struct thread *T, struct container *c)
{
    RC_FRAME(T, f, 1);
    gc_head_set_finalized(&c->gc);
    f[0] = rc_move(T, (rc_ref){&c->obj.rc});
    run(T, c->obj.type, f[0]);
    rc_own(T, f[0]);
    f[0] = RC_NULL_LOC;
    RC_LEAVE(T, f);
}
