/* Rounds until the time is up. */
#include "bench/alloc/series.h"

#include "alloc/base/os.h"
#include "bench/micro.h"

#include <stdlib.h>
#include <string.h>

static void trial(struct series *series, unsigned number)
{
    uint64_t sum = series->round(series->state);
    uint64_t rounds = 0;
    uint64_t start = os_clock_ns();
    uint64_t elapsed;
    do {
        sum += series->round(series->state);
        rounds++;
        elapsed = os_clock_ns() - start;
    } while ((double)elapsed < series->seconds * 1e9);
    hide(sum);
    series->measured += rounds * series->operations;
    series->ns[number] = (double)elapsed / (double)(rounds * series->operations);
}

void series_run(struct series *series, size_t length)
{
    for (size_t i = 0; i < length; i++)
        series[i].checksum = series[i].round(series[i].state);
    for (unsigned number = 0; number < SERIES_TRIALS; number++)
        for (size_t i = 0; i < length; i++)
            trial(&series[i], number);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double series_ns(const struct series *series)
{
    double sorted[SERIES_TRIALS];
    memcpy(sorted, series->ns, sizeof(sorted));
    qsort(sorted, SERIES_TRIALS, sizeof(sorted[0]), by_value);
    return sorted[SERIES_TRIALS / 2];
}
