/* Taking and giving back. */
#include "alloc/limit.h"

#include "alloc/base/check.h"
#include "alloc/base/fault.h"

struct limit limit;

void heap_limit_set(size_t bytes)
{
    CHECK(load_relaxed(&limit.held) == 0, "a limit is set while %zu bytes count", limit.held);
    limit.most = bytes;
    store_relaxed(&limit.freed, 0);
    heap_limit_forget_peak();
}

void heap_limit_forget_peak(void) { store_relaxed(&limit.peak, load_relaxed(&limit.held)); }

static void note_peak(size_t held)
{
    size_t peak = load_relaxed(&limit.peak);
    while (held > peak && !cas_weak_relaxed(&limit.peak, &peak, held))
        continue;
}

bool limit_take_slow(size_t bytes)
{
    size_t held = load_relaxed(&limit.held);
    do {
        if (bytes > limit.most || held > limit.most - bytes)
            return false;
    } while (!cas_weak_relaxed(&limit.held, &held, held + bytes));
    note_peak(held + bytes);
    return true;
}

void limit_give_slow(size_t bytes)
{
    const size_t held = fetch_sub_relaxed(&limit.held, bytes);
    ASSERT(held >= bytes);
    (void)held;
    fetch_add_relaxed(&limit.freed, bytes);
}
