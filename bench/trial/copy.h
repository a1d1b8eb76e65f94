/* A list with the same items as another: list(other). */
#ifndef BENCH_TRIAL_COPY_H
#define BENCH_TRIAL_COPY_H

#include "bench/trial/cell.h"
#include "runtimes/object/list.h"

/* Of a list, an argument, which nobody shortens meanwhile; null if there is no memory. */
static inline rc_ref copy_list(struct thread *T, rc_loc list)
{
    RC_FRAME(T, f, 3);
    enum { LIST, COPY, ITEM };
    f[LIST] = list;
    thread_safepoint(T);
    size_t length = list_length(T, f[LIST]);
    f[COPY] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[COPY]);
    for (size_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[LIST], i);
        ok = list_append(T, f[COPY], rc_own(T, cell_take(&f[ITEM])));
    }
    rc_ref copy = ok ? rc_own(T, cell_take(&f[COPY])) : RC_NULL_REF;
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return copy;
}

#endif
