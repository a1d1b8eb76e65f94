/* Writing the log. */
#include "bench/trial/tzlog.h"

#include "bench/trial/cell.h"
#include "bench/trial/tzchange.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"

rc_ref tzlog_key(struct thread *T, char kind, struct span name)
{
    rc_ref subject = str_new_uninitialised(T, name.length + 2);
    if (!ref_is_null(subject)) {
        char *text = str_buffer(subject);
        text[0] = kind;
        text[1] = ' ';
        memcpy(text + 2, name.text, name.length);
    }
    return subject;
}

/* log.setdefault(subject, []).append(Change(...)) */
bool tzlog_add(struct thread *T, rc_loc log, const struct tzdata_change *change)
{
    RC_FRAME(T, f, 4);
    enum { LOG, SUBJECT, CHANGE, THOSE };
    f[LOG] = log;
    thread_safepoint(T);
    f[SUBJECT] = rc_move(T, tzlog_key(T, change->kind, change->name));
    f[CHANGE] = rc_move(T, tzchange_new(T, change));
    rc_ref fresh = RC_NULL_REF;
    if (!loc_is_null(f[SUBJECT]) && !loc_is_null(f[CHANGE]))
        fresh = list_new(T, 0);
    if (!ref_is_null(fresh))
        f[THOSE] = dict_setdefault(T, f[LOG], f[SUBJECT], fresh);
    bool ok = !loc_is_null(f[THOSE]) && list_append(T, f[THOSE], rc_own(T, cell_take(&f[CHANGE])));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}
