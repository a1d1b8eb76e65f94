/* The shared boxes. */
#include "bench/manual/number.h"

struct number number_shared[NUMBER_SHARED_MAX - NUMBER_SHARED_MIN + 1];

void number_start(void)
{
    for (int64_t value = NUMBER_SHARED_MIN; value <= NUMBER_SHARED_MAX; value++)
        number_shared[value - NUMBER_SHARED_MIN].value = value;
}
