/*
 * Being told of the end of a grace period (alloc/base/grace.h): who awaits it looks at its request word, and takes no lock.
 *
 * Real: all of grace.c and its lock.
 * Modelled: a reader asks for a period and wants to be told of its end, comes to safepoints, and goes offline and online again
 * meanwhile; another pays when it is asked.  When the first is told it looks whether its period is over.
 * Abstracted: a taker of the lock spins once before it sleeps.
 *
 * Why the orders suffice: (G1) comes before (G3), which releases; whoever takes the request acquires it, and so finds the period
 * completed.  The lock decides whether the end or the wish to be told of it comes first.
 *
 * Checked: the reader is told, once, and not too early.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault told_is_relaxed: (G3) does not release
 *   alloc/base/grace.c: fetch_or_release(reader->request, reader->told_bit); -> fetch_or_relaxed(reader->request, reader->told_bit);
 * fault told_too_early: readers are told before the period is completed
 *   alloc/base/grace.c: !grace_is_over(reader->awaits) || -> reader->awaits > begun_locked() ||
 * fault end_is_not_told: a period ends and nobody is told
 *   alloc/base/grace.c: tell_locked(reader);\n    fetch_add_relaxed -> fetch_add_relaxed
 * fault missed_offline: what ended while the reader was offline it is not told
 *   alloc/base/grace.c: link_locked(reader);\n    tell_locked(reader); -> link_locked(reader);
 */
#include "tests/model/explore/explore.h"

#include "alloc/base/grace.c"

enum { READERS = 2, ASKED = 1, TOLD = 2 };

static struct grace_reader readers[READERS];
static _Atomic uint32_t requests[READERS];

static void setup(void)
{
    for (unsigned i = 0; i < READERS; i++) {
        readers[i].request = &requests[i];
        readers[i].request_bit = ASKED;
        readers[i].told_bit = TOLD;
        grace_online(&readers[i]);
    }
}

static bool is_raised(const void *request)
{
    return load_relaxed((const _Atomic uint32_t *)request) != 0;
}

/* As a thread's safepoint does; what it was asked for. */
static uint32_t poll(unsigned self)
{
    explore_await(&requests[self], is_raised);
    const uint32_t request = xchg_acquire(&requests[self], 0);
    if ((request & ASKED) != 0)
        grace_quiescent(&readers[self]);
    return request;
}

static void await_telling(void)
{
    const uint64_t ticket = grace_ticket();
    grace_request(ticket);
    grace_tell(&readers[0], ticket);
    grace_offline(&readers[0]);
    grace_online(&readers[0]);
    while ((poll(0) & TOLD) == 0)
        ;
    const bool over = grace_is_over(ticket);
    EXPECT(over);
}

static void pay(void) { (void)poll(1); }

static void finish(void)
{
    EXPECT(readers[0].awaits == 0 && grace_is_valid());
    for (unsigned i = 0; i < READERS; i++)
        grace_offline(&readers[i]);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "told",
                                       .threads = {"waiter", "payer"},
                                       .run = {await_telling, pay},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {EXPLORE_ALL, 0}}};
    return explore(argc, argv, &model);
}
