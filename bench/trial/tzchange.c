/* Changes of clocks, made and read. */
#include "bench/trial/tzchange.h"

#include "bench/trial/field.h"
#include "runtimes/object/str.h"

static const char *const change_fields[] = {"first", "last", "day", "state"};
static const struct type change_type = INSTANCE_TYPE("Change", change_fields);

static int64_t pack_day(const struct tzdata_day *day)
{
    return ((day->month * 32 + day->day) * 8 + day->weekday) * 4 + (int)day->choice;
}

static struct tzdata_day unpack_day(int64_t packed)
{
    return (struct tzdata_day){(int)(packed / 1024), (int)(packed / 32 % 32), (int)(packed / 4 % 8),
                               (enum tzdata_choice)(packed % 4)};
}

rc_ref tzchange_new(struct thread *T, const struct tzdata_change *change)
{
    rc_ref values[TZCHANGE_FIELDS] = {
        [TZCHANGE_FIRST] = int_new(T, change->first),
        [TZCHANGE_LAST] = int_new(T, change->last),
        [TZCHANGE_DAY] = int_new(T, pack_day(&change->day)),
        [TZCHANGE_STATE] = str_new(T, change->state, strlen(change->state)),
    };
    return instance_from(T, &change_type, values);
}

struct tzdata_day tzchange_day(struct thread *T, rc_loc change)
{
    return unpack_day(field_int(T, change, TZCHANGE_DAY));
}
