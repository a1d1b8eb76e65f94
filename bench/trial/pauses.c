/* From logs to figures. */
#include "bench/trial/pauses.h"

#include "bench/trial/utilisation.h"

#include <string.h>

#define US(n) #n "us", UINT64_C(1000) * (n)
#define MS(n) #n "ms", UINT64_C(1000000) * (n)

/* Two to each power of ten: enough for a curve to have a shape. */
const struct pauses_window pauses_windows[PAUSES_WINDOWS] = {
    {US(100)}, {US(300)}, {MS(1)}, {MS(3)}, {MS(10)}, {MS(30)}, {MS(100)}, {MS(300)},
};

static struct pause_log *log_of(struct team *team, unsigned index)
{
    return &team_thread(team, index)->gc.pauses;
}

void pauses_forget(struct team *team)
{
    for (unsigned i = 0; i < team_size(team); i++)
        pause_clear(log_of(team, i));
}

static void count(const struct pause_log *log, struct histogram *into)
{
    for (size_t i = 0; i < log->length; i++)
        histogram_add(into, log->entries[i].total_ns);
}

static struct pauses_left left_to(struct team *team, unsigned index)
{
    struct span work = {team_start_ns(team, index), team_end_ns(team, index)};
    struct utilisation utilisation = utilisation_create(log_of(team, index), work);
    struct pauses_left left = {{0}, 0};
    for (unsigned i = 0; i < PAUSES_WINDOWS; i++)
        left.least[i] = utilisation_least(&utilisation, pauses_windows[i].ns);
    if (work.end_ns > work.begin_ns)
        left.lost =
            (double)utilisation_lost_ns(&utilisation) / (double)(work.end_ns - work.begin_ns);
    utilisation_destroy(&utilisation);
    return left;
}

/* The least that any thread was left, and the mean of what all lost. */
static struct pauses_left left_to_all(const struct pauses *pauses)
{
    struct pauses_left all = pauses->each[0].left;
    for (unsigned i = 1; i < pauses->threads; i++) {
        const struct pauses_left *left = &pauses->each[i].left;
        all.lost += left->lost;
        for (unsigned j = 0; j < PAUSES_WINDOWS; j++)
            if (left->least[j] < all.least[j])
                all.least[j] = left->least[j];
    }
    all.lost /= pauses->threads;
    return all;
}

void pauses_read(struct team *team, struct pauses *pauses)
{
    const struct pause_log *logs[RC_MAX_THREADS];
    pauses->threads = team_size(team);
    histogram_clear(&pauses->histogram);
    for (unsigned i = 0; i < pauses->threads; i++) {
        logs[i] = log_of(team, i);
        count(logs[i], &pauses->histogram);
        pauses->each[i] = (struct pauses_of_thread){.figures = pause_summarise(&logs[i], 1).all,
                                                    .left = left_to(team, i)};
    }
    pauses->summary = pause_summarise(logs, pauses->threads);
    pauses->left = left_to_all(pauses);
}
