/* A callback of the collector. */
#include "bench/tour/watch.h"

#include "alloc/base/check.h"
#include "alloc/base/os.h"

#include <stdlib.h>
#include <string.h>

static void see(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T;
    struct watch *watch = context;
    if (report->phase == GC_PHASE_START) {
        watch->start_ns = os_clock_ns();
        return;
    }
    if (watch->length < WATCH_COLLECTIONS)
        watch->entries[watch->length] = (struct watch_entry){
            .generation = report->generation,
            .made = watch->made != NULL ? *watch->made : 0,
            .ns = os_clock_ns() - watch->start_ns,
        };
    watch->length++;
}

void watch_begin(struct watch *watch, const size_t *made)
{
    watch->made = made;
    watch->length = 0;
    CHECK(gc_add_callback(see, watch), "there are %d callbacks already", GC_CALLBACKS);
}

void watch_end(struct watch *watch)
{
    CHECK(gc_remove_callback(see, watch), "the callback of a watch is gone");
}

size_t watch_kept(const struct watch *watch)
{
    return watch->length < WATCH_COLLECTIONS ? watch->length : WATCH_COLLECTIONS;
}

uint64_t watch_longest_ns(const struct watch *watch)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < watch_kept(watch); i++)
        longest = watch->entries[i].ns > longest ? watch->entries[i].ns : longest;
    return longest;
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t watch_median_ns(const struct watch *watch)
{
    uint64_t times[WATCH_COLLECTIONS] = {0};
    const size_t kept = watch_kept(watch);
    for (size_t i = 0; i < kept; i++)
        times[i] = watch->entries[i].ns;
    qsort(times, kept, sizeof times[0], compare);
    return kept != 0 ? times[kept / 2] : 0;
}
