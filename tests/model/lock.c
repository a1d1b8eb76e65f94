/*
 * The lock in one word (alloc/base/lock.h): three threads take it.
 *
 * Real: lock.h and lock.c, on the machine's futex.  Modelled: the section writes variables that only the lock guards.
 * Abstracted: a taker spins once before it sleeps, not forty times: how often it looks makes no other difference.
 *
 * Why the orders suffice: a taker's last step reads the word that the release of the holder before wrote, or what takers made of it
 * by read-modify-write, so (L1) knows what (L2) released.  Without either the section's variables race.
 *
 * Checked: the section is nobody else's meanwhile; nobody sleeps for ever; the word is 0 in the end.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault sleeper_is_not_counted: who is about to sleep does not say so in the word
 *   alloc/base/lock.c: xchg_acquire(&lock->word, 2) -> xchg_acquire(&lock->word, 1)
 * fault taken_after_a_sleep_as_if_alone: who has slept forgets that others may sleep too
 *   alloc/base/lock.c: futex_wait(&lock->word, 2); -> { futex_wait(&lock->word, 2); lock_acquire(lock); return; }
 * fault taking_is_relaxed: what the holder before did is not known
 *   alloc/base/lock.h: cas_acquire(&lock->word, &free, 1) -> cas_weak_relaxed(&lock->word, &free, 1)
 * fault release_is_relaxed: what the holder did is not told
 *   alloc/base/lock.h: memory_order_release) == 2 -> memory_order_relaxed) == 2
 * fault nobody_is_woken: the release does not look whether somebody sleeps
 *   alloc/base/lock.h: == 2)) -> == 3))
 */
#include "alloc/base/lock.h"

#include "tests/model/explore/explore.h"

static struct lock lock = LOCK_INIT;
static unsigned inside, sections;

static void section(void)
{
    lock_acquire(&lock);
    inside++;
    EXPECT(inside == 1);
    sections++;
    inside--;
    lock_release(&lock);
}

static void finish(void)
{
    EXPECT(sections == 3);
    EXPECT(load_relaxed(&lock.word) == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "lock",
                                       .threads = {"first", "second", "third"},
                                       .run = {section, section, section},
                                       .finish = finish,
                                       .bounds = {{1, 1}, {EXPLORE_ALL, 0}}};
    return explore(argc, argv, &model);
}
