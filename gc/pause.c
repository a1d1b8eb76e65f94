/*
 * Logs that double, and their summary.
 *
 * Recording happens outside of any stop of the world, so growing a log delays nobody but its owner.
 */
#include "gc/pause.h"

#include "alloc/base/check.h"

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

uint64_t pause_stopped_ns(const struct pause *pause)
{
    const uint64_t *ns = pause->phase_ns;
    return ns[PHASE_SETTLE] + ns[PHASE_SUBTRACT] + ns[PHASE_MARK] + ns[PHASE_SWEEP] +
           ns[PHASE_AGAIN];
}

/* --- figures ---------------------------------------------------------------------------------- */

/* One time of many pauses. */
struct series {
    uint64_t *ns;
    size_t length;
};

/* Which pauses, and which of their times: false if this one has none. */
struct aspect {
    bool (*read)(const struct pause *pause, unsigned which, uint64_t *ns);
    unsigned which;
};

static bool read_total(const struct pause *pause, unsigned which, uint64_t *ns)
{
    (void)which;
    *ns = pause->total_ns;
    return true;
}

static bool read_collecting(const struct pause *pause, unsigned generation, uint64_t *ns)
{
    *ns = pause->total_ns;
    return pause->kind == PAUSE_COLLECTING && pause->generation == generation;
}

static bool read_phase(const struct pause *pause, unsigned phase, uint64_t *ns)
{
    *ns = pause->phase_ns[phase];
    return pause->kind == PAUSE_COLLECTING && *ns != 0;
}

static bool read_stopped(const struct pause *pause, unsigned which, uint64_t *ns)
{
    (void)which;
    *ns = pause_stopped_ns(pause);
    return pause->kind == PAUSE_COLLECTING;
}

static int compare_ns(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static double microseconds(uint64_t ns) { return (double)ns / 1000.0; }

/* Nearest rank: the smallest entry that at least `permille` of all entries do not exceed. */
static double series_permille_us(const struct series *series, unsigned permille)
{
    if (series->length == 0)
        return 0.0;
    size_t rank = (series->length * permille + 999) / 1000;
    return microseconds(series->ns[rank - 1]);
}

static uint64_t series_sum(const struct series *series)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < series->length; i++)
        sum += series->ns[i];
    return sum;
}

static struct pause_figures series_figures(struct series *series)
{
    qsort(series->ns, series->length, sizeof *series->ns, compare_ns);
    return (struct pause_figures){
        .count = series->length,
        .p50_us = series_permille_us(series, 500),
        .p90_us = series_permille_us(series, 900),
        .p99_us = series_permille_us(series, 990),
        .p999_us = series_permille_us(series, 999),
        .max_us = series_permille_us(series, 1000),
        .total_us = microseconds(series_sum(series)),
    };
}

/* --- all logs --------------------------------------------------------------------------------- */

struct logs {
    const struct pause_log *const *logs;
    size_t n;
    struct series room; /* for as many as there are in all of them */
};

static struct logs logs_open(const struct pause_log *const *logs, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += logs[i]->length;
    uint64_t *ns = malloc((count != 0 ? count : 1) * sizeof *ns);
    CHECK(ns != NULL, "malloc: no memory to sort %zu pauses", count);
    return (struct logs){logs, n, {ns, 0}};
}

static struct pause_figures logs_figures(struct logs *all, struct aspect aspect)
{
    struct series *series = &all->room;
    series->length = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct pause_log *log = all->logs[i];
        for (size_t j = 0; j < log->length; j++)
            series->length +=
                aspect.read(&log->entries[j], aspect.which, &series->ns[series->length]);
    }
    return series_figures(series);
}

/* What is not a matter of ranks. */
static void add_log(const struct pause_log *log, struct pause_summary *summary)
{
    summary->lost += log->lost;
    for (size_t i = 0; i < log->length; i++) {
        const struct pause *pause = &log->entries[i];
        if (!pause->is_weighed)
            continue;
        summary->weighed_us += microseconds(pause->total_ns);
        summary->cpu_us += microseconds(pause->cpu_ns);
        summary->switches += pause->switches;
    }
}

struct pause_summary pause_summarise(const struct pause_log *const *logs, size_t n)
{
    struct logs all = logs_open(logs, n);
    struct pause_summary summary = {0};
    for (size_t i = 0; i < n; i++)
        add_log(logs[i], &summary);
    summary.all = logs_figures(&all, (struct aspect){read_total, 0});
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        summary.collecting[i] = logs_figures(&all, (struct aspect){read_collecting, i});
    for (unsigned i = 0; i < PHASES; i++)
        summary.phases[i] = logs_figures(&all, (struct aspect){read_phase, i});
    summary.stopped = logs_figures(&all, (struct aspect){read_stopped, 0});
    free(all.room.ns);
    return summary;
}
