/*
 * Ping-pong: member 0 makes a number odd, member 1 makes it even again.
 *
 * Ordering: relaxed, since the ball is all they share.
 */
#include "bench/trial/court.h"

#include "alloc/base/os.h"

#include <sched.h>
#include <stdlib.h>

enum {
    RALLIES = 64, /* of a window, two hand-overs each */
    DURATION_NS = 3000000,
    SPINS_BEFORE_YIELD = 1 << 12,
};

#define BALL_OUT UINT32_MAX

/* Waits for a ball of the given parity; BALL_OUT counts as either. */
static uint32_t receive(struct court *court, uint32_t parity)
{
    uint32_t ball;
    for (unsigned spins = 1; (ball = load_relaxed(&court->ball)) % 2 != parity && ball != BALL_OUT;
         spins++) {
        if (spins % SPINS_BEFORE_YIELD == 0)
            sched_yield(); /* both on one core */
        cpu_relax();
    }
    return ball;
}

static void serve(struct court *court)
{
    uint64_t begin = os_clock_ns();
    uint64_t now = begin;
    for (; court->windows < COURT_WINDOWS && now - begin < DURATION_NS; court->windows++) {
        uint64_t last = now;
        for (int i = 0; i < RALLIES; i++)
            store_relaxed(&court->ball, receive(court, 0) + 1);
        now = os_clock_ns();
        court->windows_ns[court->windows] = now - last;
    }
    receive(court, 0);
    store_relaxed(&court->ball, BALL_OUT);
}

static void return_balls(struct court *court)
{
    uint32_t ball;
    while ((ball = receive(court, 1)) != BALL_OUT)
        store_relaxed(&court->ball, ball + 1);
}

void court_open(struct court *court)
{
    store_relaxed(&court->ball, 0);
    court->windows = 0;
}

void court_play(struct court *court, unsigned index)
{
    if (index == 0)
        serve(court);
    else if (index == 1)
        return_balls(court);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

double court_handoff_ns(struct court *court)
{
    qsort(court->windows_ns, court->windows, sizeof(court->windows_ns[0]), compare);
    uint64_t median_ns = court->windows_ns[court->windows / 2];
    return (double)median_ns / (2.0 * RALLIES);
}
