/* Making a countdown. */
#include "bench/trial/countdown.h"

static const char *const counter_fields[] = {"left", "sum"};
static const struct type counter_type = INSTANCE_TYPE("Counter", counter_fields);

rc_ref countdown_new(struct thread *T, unsigned left)
{
    rc_ref fields[] = {int_new(T, (int64_t)left), int_new(T, 0)};
    return instance_from(T, &counter_type, fields);
}
