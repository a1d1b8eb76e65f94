/* Making a ranking, and looking into one. */
#include "bench/trial/ranking.h"

#include "bench/trial/cell.h"
#include "bench/trial/sort.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>

enum { DIGITS = 12 }; /* of RANKING_MAX */
enum { ITEM_RANK, ITEM_TEXT, ITEM_COUNT, ITEM_LENGTH };

/* What ranks a text, an argument. */
static rc_ref make_rank(struct thread *T, rc_loc text, uint64_t count)
{
    RC_FRAME(T, f, 2);
    f[0] = text;
    thread_safepoint(T);
    char digits[DIGITS + 16];
    snprintf(digits, sizeof(digits), "%0*" PRIu64 " ", DIGITS, RANKING_MAX - count);
    f[1] = rc_move(T, str_new(T, digits, strlen(digits)));
    rc_ref rank = loc_is_null(f[1]) ? RC_NULL_REF : str_concat(T, f[1], f[0]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return rank;
}

/* ranking.append((rank, text, count)); the ranking is an argument, the others are borrowed. */
static bool add_item(struct thread *T, rc_loc ranking, rc_loc text, rc_loc count)
{
    RC_FRAME(T, f, 1);
    f[0] = ranking;
    thread_safepoint(T);
    rc_ref rank = make_rank(T, rc_dup(T, text), (uint64_t)int_value(obj_get(count)));
    rc_ref item = RC_NULL_REF;
    if (!ref_is_null(rank))
        item = tuple_new(T, ITEM_LENGTH,
                         (rc_ref[]){[ITEM_RANK] = rank,
                                    [ITEM_TEXT] = rc_own(T, rc_dup(T, text)),
                                    [ITEM_COUNT] = rc_own(T, rc_dup(T, count))});
    bool ok = !ref_is_null(item) && list_append(T, f[0], item);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

rc_ref ranking_new(struct thread *T, rc_loc counts)
{
    RC_FRAME(T, f, 4);
    enum { COUNTS, RANKING, KEY, VALUE };
    f[COUNTS] = counts;
    f[RANKING] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[RANKING]);
    for (size_t at = 0; ok && dict_next(T, f[COUNTS], &at, &f[KEY], &f[VALUE]);) {
        thread_safepoint(T);
        ok = add_item(T, rc_dup(T, f[RANKING]), f[KEY], f[VALUE]);
        cells_drop(T, &f[KEY], 2);
    }
    rc_ref ranking = ok ? sort_tuples(T, cell_take(&f[RANKING])) : RC_NULL_REF;
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ranking;
}

bool ranking_has(struct thread *T, rc_loc ranking, size_t i, const char *text, uint64_t count)
{
    RC_FRAME(T, f, 4);
    enum { RANKING, ITEM, TEXT, COUNT };
    f[RANKING] = ranking;
    f[ITEM] = list_get(T, f[RANKING], i);
    bool has = !loc_is_null(f[ITEM]);
    if (has) {
        f[TEXT] = tuple_get(T, f[ITEM], ITEM_TEXT);
        f[COUNT] = tuple_get(T, f[ITEM], ITEM_COUNT);
        has = strcmp(str_text(obj_get(f[TEXT])), text) == 0 &&
              (uint64_t)int_value(obj_get(f[COUNT])) == count;
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return has;
}
