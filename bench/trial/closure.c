/* Making a closure, depth first, and looking whether it is one. */
#include "bench/trial/closure.h"

#include "bench/trial/cell.h"
#include "bench/trial/mix.h"
#include "bench/trial/package.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"

/* Pushes what a package, an argument, needs and is not in the closure yet; the others are borrowed. */
static bool push_needs(struct thread *T, rc_loc closure, rc_loc stack, rc_loc package)
{
    RC_FRAME(T, f, 3);
    enum { PACKAGE, NEEDS, NEEDED };
    f[PACKAGE] = package;
    thread_safepoint(T);
    f[NEEDS] = instance_get(T, f[PACKAGE], PACKAGE_NEEDS);
    bool ok = true;
    for (size_t i = 0; ok && i < list_length(T, f[NEEDS]); i++) {
        thread_safepoint(T);
        f[NEEDED] = list_get(T, f[NEEDS], i);
        if (!set_contains(T, closure, f[NEEDED]))
            ok = list_append(T, stack, rc_own(T, cell_take(&f[NEEDED])));
        rc_drop(T, cell_take(&f[NEEDED]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* Makes the package on top of the stack a member and pushes what it needs; both are borrowed. */
static bool pop_member(struct thread *T, rc_loc closure, rc_loc stack, uint64_t *sum)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_pop(T, stack));
    bool ok = true;
    if (!set_contains(T, closure, f[0])) {
        *sum += mix64(package_order(T, f[0]));
        ok = set_add(T, closure, f[0]) && push_needs(T, closure, stack, cell_take(&f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

bool closure_make(struct thread *T, rc_loc package, uint64_t *sum, uint64_t *length)
{
    RC_FRAME(T, f, 3);
    enum { PACKAGE, CLOSURE, STACK };
    f[PACKAGE] = package;
    thread_safepoint(T);
    f[CLOSURE] = rc_move(T, set_new(T));
    f[STACK] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[CLOSURE]) && !loc_is_null(f[STACK]) &&
              list_append(T, f[STACK], rc_own(T, rc_dup(T, f[PACKAGE])));
    *sum = 0;
    while (ok && list_length(T, f[STACK]) > 0) {
        thread_safepoint(T);
        ok = pop_member(T, f[CLOSURE], f[STACK], sum);
    }
    if (ok) {
        *length = set_length(T, f[CLOSURE]);
        instance_set(T, f[PACKAGE], PACKAGE_CLOSURE, rc_own(T, cell_take(&f[CLOSURE])));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* Whether all needs of a member are in the closure; the latter is borrowed, the member an argument. */
static bool has_needs(struct thread *T, rc_loc closure, rc_loc member)
{
    RC_FRAME(T, f, 3);
    enum { MEMBER, NEEDS, NEEDED };
    f[MEMBER] = member;
    f[NEEDS] = instance_get(T, f[MEMBER], PACKAGE_NEEDS);
    bool all = true;
    for (size_t i = list_length(T, f[NEEDS]); all && i > 0; i--) {
        f[NEEDED] = list_get(T, f[NEEDS], i - 1);
        all = set_contains(T, closure, f[NEEDED]);
        rc_drop(T, cell_take(&f[NEEDED]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return all;
}

bool closure_is_closed(struct thread *T, rc_loc package)
{
    RC_FRAME(T, f, 3);
    enum { PACKAGE, CLOSURE, MEMBER };
    f[PACKAGE] = package;
    f[CLOSURE] = instance_get(T, f[PACKAGE], PACKAGE_CLOSURE);
    bool closed = obj_is(obj_get(f[CLOSURE]), OBJ_SET) && set_contains(T, f[CLOSURE], f[PACKAGE]);
    for (size_t at = 0; closed && set_next(T, f[CLOSURE], &at, &f[MEMBER]);)
        closed = has_needs(T, f[CLOSURE], cell_take(&f[MEMBER]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return closed;
}
