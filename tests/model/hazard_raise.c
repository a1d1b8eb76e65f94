/*
 * Raising a count of `hazard` (runtimes/rc/hazard.h) from zero against the scan that is to end the object.
 *
 * Real: the strategy whole, as the contract (rc.h) calls it.
 * Modelled: two slots, of which one holds the object.  `owner` has it announced; it counts a reference, stores that in the other slot,
 * announces the object from there anew, empties that slot, uses and ends what it has.  So the count is zero as before, and a scan may have seen
 * neither announcement.  Then it scans.  `ender` takes the object out of the first slot, uses and ends it, scans, and tries to upgrade the name that it has without a reference.
 * Abstracted: the system's barrier of all threads is a step of the explorer's (explore/visible.h).
 *
 * Why TOUCHED suffices: it is set before the first announcement ends, and so before the store that the second one comes from.
 *
 * Checked: who has an announcement or an upgraded reference may use the object; it dies once, after its last use; nothing leaks.
 *
 * source alloc/base/lock.c
 *
 * fault untold_raise: who raises a count from zero does not say so
 *   runtimes/rc/hazard_count.h: !FAULT(untold_raise) -> false
 * fault blind_end: the scan ends what is TOUCHED as well
 *   runtimes/rc/hazard.c: uint32_t word = HAZARD_MARKED | HAZARD_RETIRED; -> uint32_t word = load_relaxed(&o->word);
 * fault upgrade_of_dead: an object that is dead may be upgraded
 *   runtimes/rc/hazard_count.h: if ((word & HAZARD_MARKED) == 0) -> if (false)
 * fault last_end_is_relaxed: (H6) of the last reference does not release
 *   runtimes/rc/hazard.c: cas_weak_release(&o->word, &word, next) -> cas_weak_relaxed(&o->word, &word, next)
 * fault leaving_is_relaxed: (H6) of what takes an object off the list of the retired does not release
 *   runtimes/rc/hazard.c: next != word && !cas_weak_release( -> next != word && !cas_weak_relaxed(
 * fault death_is_relaxed: (H7) of the scan does not acquire
 *   runtimes/rc/hazard.c: return cas_acquire(&o->word, &word, 0) -> return cas_weak_relaxed(&o->word, &word, 0)
 */
#include "tests/model/counting/hazard.h"

static struct object a;
static rc_slot first, second;
static struct thread owner_thread, ender_thread;
static rc_loc mine; /* the owner's */

static void setup(void)
{
    report_name(&a, sizeof a, "A");
    rc_start();
    rc_attach(&owner_thread);
    rc_attach(&ender_thread);
    rc_init_slot(&ender_thread, &first, make(&ender_thread, &a));
    mine = rc_load(&owner_thread, NULL, &first);
}

static void raise_and_announce(void)
{
    rc_store(&owner_thread, NULL, &second, rc_own(&owner_thread, mine));
    rc_loc loc = rc_load(&owner_thread, NULL, &second);
    rc_store(&owner_thread, NULL, &second, RC_NULL_REF);
    use_and_drop(&owner_thread, loc);
    rc_flush(&owner_thread);
}

static void end_and_scan(void)
{
    rc_ref ref = rc_xchg(&ender_thread, NULL, &first, RC_NULL_REF);
    use_and_drop(&ender_thread, rc_move(&ender_thread, ref));
    rc_flush(&ender_thread);
    use_and_drop(&ender_thread, rc_upgrade(&ender_thread, &a.header));
}

static void finish(void)
{
    rc_detach(&owner_thread);
    rc_detach(&ender_thread);
    EXPECT(a.contents == DEAD);
    rc_stop();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "hazard_raise",
                                       .threads = {"owner", "ender"},
                                       .run = {raise_and_announce, end_and_scan},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
