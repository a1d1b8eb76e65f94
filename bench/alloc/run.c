/* What families share. */
#include "bench/alloc/resident.h"
#include "bench/alloc/test.h"

#include <string.h>

void run_baseline(struct run *run)
{
    resident_forget_peak();
    run->baseline_bytes = resident_bytes();
}

static uint64_t above(const struct run *run, uint64_t bytes)
{
    return bytes > run->baseline_bytes ? bytes - run->baseline_bytes : 0;
}

uint64_t run_resident(const struct run *run) { return above(run, resident_bytes()); }

uint64_t run_resident_peak(const struct run *run) { return above(run, resident_peak_bytes()); }

void run_series(struct run *run, struct series *series, size_t length)
{
    struct outcome *outcome = &run->outcome;
    series_run(series, length);
    outcome->timed = true;
    outcome->ns = series_ns(&series[0]);
    memcpy(outcome->trials_ns, series[0].ns, sizeof(series[0].ns));
    outcome->operations = series[0].measured;
    outcome->checksum = series[0].checksum;
    outcome->rss_bytes = run_resident_peak(run);
}
