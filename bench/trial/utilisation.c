/* Merging pauses, and looking at windows. */
#include "bench/trial/utilisation.h"

#include "alloc/base/check.h"

#include <stdlib.h>

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t later(uint64_t a, uint64_t b) { return a > b ? a : b; }
static uint64_t length(struct span span) { return span.end_ns - span.begin_ns; }

static struct span part_within(struct span work, const struct pause *pause)
{
    uint64_t end_ns = pause->begin_ns + pause->total_ns;
    return (struct span){later(pause->begin_ns, work.begin_ns), earlier(end_ns, work.end_ns)};
}

static int compare_begin(const void *a, const void *b)
{
    uint64_t left = ((const struct lost *)a)->span.begin_ns;
    uint64_t right = ((const struct lost *)b)->span.begin_ns;
    return (left > right) - (left < right);
}

/* Joins spans that touch; those before `last` are done.  Returns how many are left. */
static size_t merge(struct lost *lost, size_t n)
{
    size_t last = 0;
    for (size_t i = 1; i < n; i++) {
        struct span *before = &lost[last].span;
        if (lost[i].span.begin_ns <= before->end_ns)
            before->end_ns = later(before->end_ns, lost[i].span.end_ns);
        else
            lost[++last] = lost[i];
    }
    return n == 0 ? 0 : last + 1;
}

static void add_up(struct lost *lost, size_t n)
{
    uint64_t before_ns = 0;
    for (size_t i = 0; i < n; i++) {
        lost[i].before_ns = before_ns;
        before_ns += length(lost[i].span);
    }
}

struct utilisation utilisation_create(const struct pause_log *log, struct span work)
{
    struct lost *lost = malloc((log->length + 1) * sizeof *lost);
    CHECK(lost != NULL, "malloc: no memory for %zu pauses", log->length);
    size_t n = 0;
    for (size_t i = 0; i < log->length; i++) {
        struct span part = part_within(work, &log->entries[i]);
        if (part.begin_ns < part.end_ns)
            lost[n++].span = part;
    }
    qsort(lost, n, sizeof *lost, compare_begin);
    n = merge(lost, n);
    add_up(lost, n);
    return (struct utilisation){work, lost, n};
}

void utilisation_destroy(struct utilisation *utilisation)
{
    free(utilisation->lost);
    *utilisation = (struct utilisation){0};
}

/* How many pauses begin before that moment. */
static size_t begun(const struct utilisation *u, uint64_t moment_ns)
{
    size_t low = 0;
    size_t high = u->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u->lost[middle].span.begin_ns < moment_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint64_t lost_before(const struct utilisation *u, uint64_t moment_ns)
{
    size_t n = begun(u, moment_ns);
    if (n == 0)
        return 0;
    const struct lost *last = &u->lost[n - 1];
    return last->before_ns + earlier(moment_ns, last->span.end_ns) - last->span.begin_ns;
}

uint64_t utilisation_lost_ns(const struct utilisation *u) { return lost_before(u, u->work.end_ns); }

static uint64_t lost_from(const struct utilisation *u, uint64_t begin_ns, uint64_t window_ns)
{
    return lost_before(u, begin_ns + window_ns) - lost_before(u, begin_ns);
}

/* The most that is lost in a window of that length, which is not longer than the work. */
static uint64_t most_lost(const struct utilisation *u, uint64_t window_ns)
{
    uint64_t first = u->work.begin_ns;
    uint64_t final = u->work.end_ns - window_ns;
    uint64_t most = later(lost_from(u, first, window_ns), lost_from(u, final, window_ns));
    for (size_t i = 0; i < u->length; i++) {
        struct span pause = u->lost[i].span;
        uint64_t from = earlier(pause.begin_ns, final);
        uint64_t until = pause.end_ns >= first + window_ns ? pause.end_ns - window_ns : first;
        most = later(most, lost_from(u, from, window_ns));
        most = later(most, lost_from(u, until, window_ns));
    }
    return most;
}

double utilisation_least(const struct utilisation *u, uint64_t window_ns)
{
    window_ns = earlier(window_ns, length(u->work));
    if (window_ns == 0)
        return 1.0;
    return 1.0 - (double)most_lost(u, window_ns) / (double)window_ns;
}
