/* Making a timeline: a moment in each year of each change, and then their order. */
#include "bench/trial/timeline.h"

#include "bench/trial/field.h"
#include "bench/trial/sort.h"
#include "bench/trial/tzchange.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>

enum { DATE_DIGITS = 8 };

/* The key by which a timeline is sorted: the date, and the state, an argument. */
static rc_ref make_moment(struct thread *T, uint32_t date, rc_loc state)
{
    RC_FRAME(T, f, 1);
    f[0] = state;
    thread_safepoint(T);
    const struct obj *o = obj_get(f[0]);
    size_t length = str_length(o);
    rc_ref moment = str_new_uninitialised(T, DATE_DIGITS + 1 + length);
    if (!ref_is_null(moment)) {
        char digits[16];
        snprintf(digits, sizeof(digits), "%08" PRIu32 " ", date);
        memcpy(str_buffer(moment), digits, DATE_DIGITS + 1);
        memcpy(str_buffer(moment) + DATE_DIGITS + 1, str_text(o), length);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return moment;
}

/* timeline.append((moment, state)); both are arguments. */
static bool add_moment(struct thread *T, rc_loc timeline, rc_loc state, uint32_t date)
{
    RC_FRAME(T, f, 2);
    enum { TIMELINE, STATE };
    f[TIMELINE] = timeline;
    f[STATE] = state;
    thread_safepoint(T);
    rc_ref moment = make_moment(T, date, rc_dup(T, f[STATE]));
    bool ok = !ref_is_null(moment);
    if (ok) {
        rc_ref pair = tuple_new(
            T, TIMELINE_ITEM,
            (rc_ref[]){
                [TIMELINE_MOMENT] = moment, [TIMELINE_STATE] = rc_own(T, cell_take(&f[STATE]))});
        ok = !ref_is_null(pair) && list_append(T, f[TIMELINE], pair);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* A moment in each of the change's years; both are arguments. */
static bool add_years(struct thread *T, rc_loc timeline, rc_loc change)
{
    RC_FRAME(T, f, 3);
    enum { TIMELINE, CHANGE, STATE };
    f[TIMELINE] = timeline;
    f[CHANGE] = change;
    thread_safepoint(T);
    f[STATE] = instance_get(T, f[CHANGE], TZCHANGE_STATE);
    struct tzdata_day day = tzchange_day(T, f[CHANGE]);
    int last = (int)field_int(T, f[CHANGE], TZCHANGE_LAST);
    bool ok = true;
    for (int year = (int)field_int(T, f[CHANGE], TZCHANGE_FIRST); ok && year <= last; year++) {
        thread_safepoint(T);
        ok = add_moment(T, rc_dup(T, f[TIMELINE]), rc_dup(T, f[STATE]), tzdata_date(year, &day));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

rc_ref timeline_new(struct thread *T, rc_loc changes)
{
    RC_FRAME(T, f, 3);
    enum { CHANGES, TIMELINE, CHANGE };
    f[CHANGES] = changes;
    thread_safepoint(T);
    f[TIMELINE] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[TIMELINE]);
    for (size_t i = 0; ok && i < list_length(T, f[CHANGES]); i++) {
        thread_safepoint(T);
        f[CHANGE] = list_get(T, f[CHANGES], i);
        ok = add_years(T, rc_dup(T, f[TIMELINE]), cell_take(&f[CHANGE]));
    }
    rc_ref timeline = ok ? sort_tuples(T, cell_take(&f[TIMELINE])) : RC_NULL_REF;
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return timeline;
}
