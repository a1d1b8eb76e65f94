/*
 * Logs that double, and their summary.
 *
 * Recording happens outside of any stop of the world, so growing a log delays nobody but its owner.
 */
#include "gc/pause.h"

#include "alloc/base/check.h"

#include <stdbool.h>
#include <stdlib.h>

enum { PAUSE_FIRST_CAPACITY = 64 };

static bool pause_grow(struct pause_log *log)
{
    size_t capacity = log->capacity == 0 ? PAUSE_FIRST_CAPACITY : 2 * log->capacity;
    struct pause *entries = realloc(log->entries, capacity * sizeof *entries);
    if (entries == NULL)
        return false;
    log->entries = entries;
    log->capacity = capacity;
    return true;
}

void pause_record(struct pause_log *log, struct pause pause)
{
    if (log->length == log->capacity && !pause_grow(log)) {
        log->lost++;
        return;
    }
    log->entries[log->length++] = pause;
}

void pause_clear(struct pause_log *log)
{
    log->length = 0;
    log->lost = 0;
}

void pause_fini(struct pause_log *log)
{
    free(log->entries);
    *log = (struct pause_log){0};
}

/* One figure of many pauses. */
struct series {
    uint64_t *ns;
    size_t length;
};

static struct series series_create(size_t capacity)
{
    uint64_t *ns = malloc((capacity != 0 ? capacity : 1) * sizeof *ns);
    CHECK(ns != NULL, "malloc: no memory to sort %zu pauses", capacity);
    return (struct series){ns, 0};
}

static int compare_ns(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void series_sort(struct series *series)
{
    qsort(series->ns, series->length, sizeof *series->ns, compare_ns);
}

static double microseconds(uint64_t ns) { return (double)ns / 1000.0; }

/* Nearest rank: the smallest entry that at least `percent` of all entries do not exceed. */
static double series_percentile_us(const struct series *series, unsigned percent)
{
    if (series->length == 0)
        return 0.0;
    size_t rank = (series->length * percent + 99) / 100;
    return microseconds(series->ns[rank - 1]);
}

static size_t pause_count(const struct pause_log *const *logs, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += logs[i]->length;
    return count;
}

struct pause_series {
    struct series total;
    struct series safepoint;
    struct series work;
};

static void pause_split(const struct pause_log *log, struct pause_series *into)
{
    for (size_t i = 0; i < log->length; i++) {
        const struct pause *pause = &log->entries[i];
        into->total.ns[into->total.length++] = pause->total_ns;
        if (pause->kind == PAUSE_COLLECTING) {
            into->safepoint.ns[into->safepoint.length++] = pause->safepoint_ns;
            into->work.ns[into->work.length++] = pause->work_ns;
        }
    }
}

static uint64_t series_sum(const struct series *series)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < series->length; i++)
        sum += series->ns[i];
    return sum;
}

static struct pause_summary pause_describe(struct pause_series *all)
{
    series_sort(&all->total);
    series_sort(&all->safepoint);
    series_sort(&all->work);
    return (struct pause_summary){
        .count = all->total.length,
        .p50_us = series_percentile_us(&all->total, 50),
        .p90_us = series_percentile_us(&all->total, 90),
        .p99_us = series_percentile_us(&all->total, 99),
        .max_us = series_percentile_us(&all->total, 100),
        .total_us = microseconds(series_sum(&all->total)),
        .safepoint_p50_us = series_percentile_us(&all->safepoint, 50),
        .safepoint_max_us = series_percentile_us(&all->safepoint, 100),
        .work_p50_us = series_percentile_us(&all->work, 50),
        .work_max_us = series_percentile_us(&all->work, 100),
    };
}

struct pause_summary pause_summarise(const struct pause_log *const *logs, size_t n)
{
    size_t count = pause_count(logs, n);
    struct pause_series all = {series_create(count), series_create(count), series_create(count)};
    uint64_t lost = 0;
    for (size_t i = 0; i < n; i++) {
        pause_split(logs[i], &all);
        lost += logs[i]->lost;
    }
    struct pause_summary summary = pause_describe(&all);
    summary.lost = lost;
    free(all.total.ns);
    free(all.safepoint.ns);
    free(all.work.ns);
    return summary;
}
