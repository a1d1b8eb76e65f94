/*
 * Drops of `biased` (runtimes/rc/biased.h, biased.c) without the queue: the owner's last against those of others.
 *
 * Real: all counts of biased, as the contract (rc.h) calls them.
 * Modelled: one object with one reference that its owner counts and two that others do.  The owner uses it, takes another
 * reference and ends it, asks whether it is alone and writes to the object if so, and ends its last: the object dies or is
 * merged.  Of the others one takes a reference more; both use and end what they have.
 *
 * Why the orders suffice: the owner that finds nobody else's reference has acquired (B5) each release (B6) of theirs.  If it finds
 * one, it clears its word (B7) before it publishes MERGED (B8): from then on anybody's drop may be the last, and who does
 * it has read what (B8) and every (B6) wrote or read-modify-writes of that, so its acquire (B5) knows of (B7).
 *
 * Checked: the object dies once, after every use and after every write to its header, for the next one there is begun with
 * relaxed stores; who is told that it is alone races with nobody; nothing leaks.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 *
 * fault unasked_death: the owner's last reference ends the object, whatever others hold
 *   runtimes/rc/biased_count.c: if (shared == 0 || FAULT(unasked_death)) { -> if (true) {
 * fault late_owner_write: the owner clears its word after it has published MERGED
 *   runtimes/rc/biased_count.c: store_relaxed(&o->owned, 0);                -> ; //
 *   runtimes/rc/biased_count.c: if (shared_count(merged) == 0) -> store_relaxed(&o->owned, 0); if (shared_count(merged) == 0)
 * fault merged_zero_lives_on: an owner that merges does not look whether nobody is left
 *   runtimes/rc/biased_count.c: if (shared_count(merged) == 0) -> if (false)
 * fault merged_is_not_last: a drop of another's does not end a merged object
 *   runtimes/rc/biased_count.c: if (next == BIASED_MERGED) -> if (false)
 * fault merged_dies_twice: an owner that merges ends the object, whatever others hold
 *   runtimes/rc/biased_count.c: if (shared_count(merged) == 0) -> if (shared_count(merged) <= 1)
 * fault merge_in_two_steps: the owner reads the shared word, then writes it
 *   runtimes/rc/biased_count.c: merged = shared | BIASED_MERGED;\n    } while (!cas_weak_acq_rel(&o->shared, &shared, merged)); -> merged = shared | BIASED_MERGED;\n    } while (store_release(&o->shared, merged), false);
 * fault zero_is_relaxed: the owner that finds no other reference does not acquire (B5)
 *   runtimes/rc/biased_count.c: uint32_t shared = load_acquire(&o->shared); -> uint32_t shared = load_relaxed(&o->shared);
 * fault merged_is_relaxed: MERGED is published without (B8)
 *   runtimes/rc/biased_count.c: merged = shared | BIASED_MERGED;\n    } while (!cas_weak_acq_rel( -> merged = shared | BIASED_MERGED;\n    } while (!cas_weak_acquire(
 * fault merging_death_is_relaxed: an owner that merges and finds nobody left does not acquire (B5)
 *   runtimes/rc/biased_count.c: merged = shared | BIASED_MERGED;\n    } while (!cas_weak_acq_rel( -> merged = shared | BIASED_MERGED;\n    } while (!cas_weak_release(
 * fault drop_is_relaxed: a drop of another's does not release (B6)
 *   runtimes/rc/biased_count.c: cas_weak_acq_rel(&o->shared, &shared, next) -> cas_weak_acquire(&o->shared, &shared, next)
 * fault last_drop_is_relaxed: the last drop does not acquire (B5)
 *   runtimes/rc/biased_count.c: cas_weak_acq_rel(&o->shared, &shared, next) -> cas_weak_release(&o->shared, &shared, next)
 * fault unique_is_relaxed: an owner that is told to be alone does not acquire (B5)
 *   runtimes/rc/biased.h: load_acquire(&o->shared) == 0; -> load_relaxed(&o->shared) == 0;
 * fault unique_asks_the_owner_only: is_unique does not look at the references of others
 *   runtimes/rc/biased.h: load_acquire(&o->shared) == 0; -> true;
 * fault increment_in_two_steps: another's increment reads the shared word, then writes it
 *   runtimes/rc/biased_count.h: fetch_add_release(&o->shared, BIASED_ONE); -> store_release(&o->shared, load_relaxed(&o->shared) + BIASED_ONE);
 */
#include "tests/model/counting/biased.h"

static struct object object;
static struct thread owner_thread, first_thread, second_thread;

static void setup(void)
{
    rc_attach(&owner_thread);
    rc_attach(&first_thread);
    rc_attach(&second_thread);
    rc_loc loc = rc_move(&owner_thread, make(&owner_thread, &object));
    (void)rc_dup(&first_thread, loc);
    (void)rc_dup(&second_thread, loc);
    report_name(&object, sizeof object, "object");
}

static rc_loc the_object(void) { return (rc_loc){(uintptr_t)&object}; }

static void own(void)
{
    use(&object.header);
    rc_drop(&owner_thread, rc_dup(&owner_thread, the_object()));
    if (rc_is_unique(&owner_thread, &object.header))
        object.contents = ALIVE;
    use_and_drop(&owner_thread, the_object());
}

static void take_and_drop_twice(void)
{
    use(&object.header);
    rc_loc alias = rc_dup(&first_thread, the_object());
    rc_drop(&first_thread, the_object());
    use_and_drop(&first_thread, alias);
}

static void drop_once(void) { use_and_drop(&second_thread, the_object()); }

static void finish(void) { EXPECT(object.contents == DEAD); }

int main(int argc, char **argv)
{
    static const struct model model = {.name = "biased_drop",
                                       .threads = {"owner", "first", "second"},
                                       .run = {own, take_and_drop_twice, drop_once},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {EXPLORE_ALL, 0}}};
    return explore(argc, argv, &model);
}
