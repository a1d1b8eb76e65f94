/* Counts as a whole: added up, one by one and all together. */
#include "bench/trial/counts.h"

#include "bench/trial/mix.h"
#include "runtimes/object/str.h"

/* for key, count in others.items(): counts[key] += count */
bool counts_merge(struct thread *T, rc_loc counts, rc_loc others)
{
    RC_FRAME(T, f, 4);
    enum { COUNTS, OTHERS, KEY, VALUE };
    f[COUNTS] = counts;
    f[OTHERS] = others;
    bool ok = true;
    for (size_t at = 0; ok && dict_next(T, f[OTHERS], &at, &f[KEY], &f[VALUE]);) {
        thread_safepoint(T);
        ok = counts_add(T, rc_dup(T, f[COUNTS]), rc_dup(T, f[KEY]), int_value(obj_get(f[VALUE])));
        cells_drop(T, &f[KEY], 2);
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

uint64_t counts_sum(struct thread *T, rc_loc counts, uint64_t *checksum)
{
    RC_FRAME(T, f, 3);
    enum { COUNTS, KEY, VALUE };
    f[COUNTS] = counts;
    uint64_t sum = 0;
    for (size_t at = 0; dict_next(T, f[COUNTS], &at, &f[KEY], &f[VALUE]);) {
        const struct obj *key = obj_get(f[KEY]);
        uint64_t number = (uint64_t)int_value(obj_get(f[VALUE]));
        sum += number;
        *checksum += mix_text(str_text(key), str_length(key)) * number;
        cells_drop(T, &f[KEY], 2);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return sum;
}
