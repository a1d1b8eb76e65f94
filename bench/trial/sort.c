/* Merge sort from the bottom up, between two lists. */
#include "bench/trial/sort.h"

#include "bench/trial/copy.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

static bool text_is_less(const struct obj *a, const struct obj *b)
{
    if (!obj_is(a, OBJ_STR) || !obj_is(b, OBJ_STR))
        return false;
    size_t shorter = str_length(a) < str_length(b) ? str_length(a) : str_length(b);
    int order = memcmp(str_text(a), str_text(b), shorter);
    return order != 0 ? order < 0 : str_length(a) < str_length(b);
}

/* Both are arguments. */
static bool goes_before(struct thread *T, rc_loc a, rc_loc b)
{
    RC_FRAME(T, f, 4);
    enum { A, B, FIRST_OF_A, FIRST_OF_B };
    f[A] = a;
    f[B] = b;
    thread_safepoint(T);
    f[FIRST_OF_A] = tuple_get(T, f[A], 0);
    f[FIRST_OF_B] = tuple_get(T, f[B], 0);
    bool less = text_is_less(obj_get(f[FIRST_OF_A]), obj_get(f[FIRST_OF_B]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return less;
}

/* Two runs of one list that lie side by side: [begin, middle) and [middle, end). */
struct runs {
    size_t begin;
    size_t middle;
    size_t end;
};

/* to[begin..end) = the runs of `from`, merged; both are borrowed. */
static void merge(struct thread *T, rc_loc from, rc_loc to, struct runs runs)
{
    RC_FRAME(T, f, 2);
    enum { LEFT, RIGHT };
    size_t left = runs.begin;
    size_t right = runs.middle;
    for (size_t at = runs.begin; at < runs.end; at++) {
        thread_safepoint(T);
        f[LEFT] = left < runs.middle ? list_get(T, from, left) : RC_NULL_LOC;
        f[RIGHT] = right < runs.end ? list_get(T, from, right) : RC_NULL_LOC;
        bool take_left =
            loc_is_null(f[RIGHT]) ||
            (!loc_is_null(f[LEFT]) && !goes_before(T, rc_dup(T, f[RIGHT]), rc_dup(T, f[LEFT])));
        list_set(T, to, at, rc_own(T, cell_take(&f[take_left ? LEFT : RIGHT])));
        left += take_left;
        right += !take_left;
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

rc_ref sort_tuples(struct thread *T, rc_loc tuples)
{
    RC_FRAME(T, f, 2);
    enum { FROM, TO };
    f[FROM] = tuples;
    thread_safepoint(T);
    size_t length = list_length(T, f[FROM]);
    f[TO] = rc_move(T, copy_list(T, rc_dup(T, f[FROM])));
    bool ok = !loc_is_null(f[TO]);
    for (size_t run = 1; ok && run < length; run *= 2) {
        for (size_t at = 0; at < length; at += 2 * run)
            merge(T, f[FROM], f[TO],
                  (struct runs){at, least(at + run, length), least(at + 2 * run, length)});
        rc_loc to = f[TO];
        f[TO] = f[FROM];
        f[FROM] = to;
    }
    rc_ref result = ok ? rc_own(T, cell_take(&f[FROM])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return result;
}
