/*
 * Countdowns: counters of what is still awaited, and of the sum of what has come, that several threads deliver to.
 *
 *   Counter(left, sum)
 *
 * Ordering: both fields are read and written inside the lock of the counter; so who counts down to 0, and nobody else, sees all that
 * was delivered, and may read the sum without it.
 */
#ifndef BENCH_TRIAL_COUNTDOWN_H
#define BENCH_TRIAL_COUNTDOWN_H

#include "bench/trial/field.h"

enum { COUNTDOWN_LEFT, COUNTDOWN_SUM };

/* Of so many, at most INT_SHARED_MAX, so that counting down needs no memory; with a sum of 0.  Null if there is no memory. */
rc_ref countdown_new(struct thread *T, unsigned left);

/* If the sum is still `before`, it becomes `sum`, and one less is awaited: so many.  Else -1, and `sum` is released. */
static inline int64_t countdown_replace(struct thread *T, struct instance_obj *c,
                                        const struct rc_header *before, rc_ref sum)
{
    struct rc_header *host = &c->container.obj.rc;
    rc_former formers[2] = {RC_NO_FORMER, RC_NO_FORMER};
    int64_t left = -1;
    RC_FRAME(T, f, 1);
    rc_lock(T, host);
    if (rc_peek(&c->fields[COUNTDOWN_SUM]) == before) {
        f[0] = rc_load_locked(T, host, &c->fields[COUNTDOWN_LEFT]);
        left = int_value(obj_get(f[0])) - 1;
        rc_ref fewer = int_new(T, left); /* a shared int: it takes no memory */
        formers[0] = rc_replace_locked(T, host, &c->fields[COUNTDOWN_LEFT], fewer);
        formers[1] = rc_replace_locked(T, host, &c->fields[COUNTDOWN_SUM], sum);
    }
    rc_unlock(T, host);
    for (int i = 0; i < 2; i++)
        rc_end(T, formers[i]);
    if (left < 0)
        rc_release(T, sum);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return left;
}

/* counter.sum += result; counter.left -= 1; what is left then.  `counter` is an argument.  Without memory -1, and *failed becomes
 * true.  The sum is made outside of the lock, since to make it may poll a safepoint; if another was faster, once more. */
static inline int64_t countdown_by(struct thread *T, rc_loc counter, uint64_t result, bool *failed)
{
    RC_FRAME(T, f, 2);
    f[0] = counter;
    int64_t left = -1;
    while (left < 0 && !*failed) {
        thread_safepoint(T);
        cell_set(T, &f[1], instance_get(T, f[0], COUNTDOWN_SUM));
        rc_ref sum = int_new(T, int_value(obj_get(f[1])) + (int64_t)result);
        *failed = ref_is_null(sum);
        if (!*failed)
            left = countdown_replace(T, instance_of(f[0], COUNTDOWN_LEFT), rc_get(f[1]), sum);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return left;
}

#endif
