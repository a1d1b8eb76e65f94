/* What finalizers of cases do and tell: how many have run, where, and what they brought back. */
#ifndef TESTS_CONFORMANCE_FINALIZER_H
#define TESTS_CONFORMANCE_FINALIZER_H

#include "runtimes/object/finalize.h"
#include "tests/conformance/node.h"

#include <pthread.h>

static struct {
    _Atomic unsigned runs;
    pthread_t thread; /* where the last one ran */
    rc_slot saved;    /* a reference from outside of every object */
} seen;

static inline bool note(struct thread *T, rc_loc self)
{
    (void)T;
    EXPECT(!loc_is_null(self), "a finalizer is given its object");
    seen.thread = pthread_self();
    fetch_add_relaxed(&seen.runs, 1);
    return true;
}

static inline bool save(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &seen.saved, cell_ref(T, self));
    return note(T, self);
}

static inline bool unlink_self(struct thread *T, rc_loc self)
{
    instance_set(T, self, NODE_LINK, RC_NULL_REF);
    return note(T, self);
}

static const struct type plain_type = NODE_TYPE("Plain");
static const struct type noting_type = NODE_TYPE_FINALIZED("Noting", note);
static const struct type saving_type = NODE_TYPE_FINALIZED("Saving", save);
static const struct type unlinking_type = NODE_TYPE_FINALIZED("Unlinking", unlink_self);

static inline void drop_saved(struct thread *T) { rc_store(T, NULL, &seen.saved, RC_NULL_REF); }

#define EXPECT_RUNS(n) EXPECT_EQUAL(load_relaxed(&seen.runs), n, "finalizers that have run")

#endif
