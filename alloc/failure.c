/* The countdown of failure.h. */
#include "alloc/failure.h"

_Atomic uint64_t failure_countdown;

void failure_at(uint64_t n) { store_relaxed(&failure_countdown, n); }

bool failure_count_down(void)
{
    uint64_t left = load_relaxed(&failure_countdown);
    while (left != 0 && !cas_weak_relaxed(&failure_countdown, &left, left - 1))
        ;
    return left == 1;
}
