/*
 * Announcing of `hazard` (runtimes/rc/hazard.h) against a scan, a death and a new object in the place of the old one.
 *
 * Real: the strategy whole, as the contract (rc.h) calls it.
 * Modelled: one slot, and places for two objects.  `reader` twice loads the slot, uses and ends what it got, so both are announced
 * in one word; then it takes out what is there and ends that.  `writer` replaces A in the slot by B, ends A and scans; if that is dead, it makes a new object in A's place, changes it
 * as only its maker may, and stores it in the slot.  Then it empties the slot and scans again.  At the end, both scan alone.
 * Abstracted: the system's barrier of all threads is a step of the explorer's (explore/visible.h).
 *
 * Why the orders suffice: hazard.h.
 *
 * Checked: who has announced an object and found it in the slot again may use it, with its contents; each object dies
 * once, after its last use; nothing leaks.
 *
 * source alloc/base/lock.c
 *
 * fault no_second_look: the reader does not look at the slot again
 *   runtimes/rc/hazard.h: load_acquire(&slot->p) == o || FAULT(skip_recheck) -> true
 * fault no_barrier: the scan begins without the barrier of all threads
 *   runtimes/rc/hazard.c: barrier_heavy(); -> ;
 * fault late_barrier: the barrier comes after the scan
 *   runtimes/rc/hazard.c: barrier_heavy(); -> ;
 *   runtimes/rc/hazard.c: see_all_locked(&self->seen);\n    lock_release(&registry);\n    self->batch -> see_all_locked(&self->seen);\n    lock_release(&registry);\n    barrier_heavy();\n    self->batch
 * fault blind_scan: what is announced is ended all the same
 *   runtimes/rc/hazard.c: !hazard_list_has(seen, o) || FAULT(blind_scan) -> true
 * fault unmarked_store: what is stored in the slot is not marked
 *   runtimes/rc/hazard_count.h: || FAULT(unmarked_store) -> || true
 * fault second_look_is_relaxed: (H1) does not acquire
 *   runtimes/rc/hazard.h: load_acquire(&slot->p) == o -> load_relaxed(&slot->p) == o
 * fault store_is_relaxed: (H2) of an exchange does not release
 *   runtimes/rc/hazard.h: xchg_acq_rel(&slot->p -> xchg_acquire(&slot->p
 * fault old_value_is_relaxed: the exchange that takes an object out of the slot does not acquire
 *   runtimes/rc/hazard.h: xchg_acq_rel(&slot->p -> xchg_release(&slot->p
 * fault protection_ends_relaxed: (H4) does not release
 *   runtimes/rc/hazard.h: store_release(&self->announced[i], NULL) -> store_relaxed(&self->announced[i], NULL)
 * fault announcement_is_relaxed: who finds the next announcement in a word does not learn of what was done under the former
 *   runtimes/rc/hazard.h: store_release(&self->announced[i], o) -> store_relaxed(&self->announced[i], o)
 * fault scan_is_relaxed: (H5) does not acquire
 *   runtimes/rc/hazard.c: load_acquire(&thread->announced[i]) -> load_relaxed(&thread->announced[i])
 */
#include "tests/model/counting/hazard.h"

static struct object a, b;
static rc_slot slot;
static struct thread reader_thread, writer_thread;

static void setup(void)
{
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
    rc_start();
    rc_attach(&reader_thread);
    rc_attach(&writer_thread);
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &a));
}

static void read_and_take(void)
{
    use_and_drop(&reader_thread, rc_load(&reader_thread, NULL, &slot));
    use_and_drop(&reader_thread, rc_load(&reader_thread, NULL, &slot));
    rc_ref old = rc_xchg(&reader_thread, NULL, &slot, RC_NULL_REF);
    use_and_drop(&reader_thread, rc_move(&reader_thread, old));
}

static void make_in_place_of_a(void)
{
    rc_ref ref = make(&writer_thread, &a);
    a.contents = ALIVE; /* nobody has it yet */
    rc_store(&writer_thread, NULL, &slot, ref);
}

static void write_slot(void)
{
    rc_store(&writer_thread, NULL, &slot, make(&writer_thread, &b));
    rc_flush(&writer_thread);
    if (is_free(&a))
        make_in_place_of_a();
    rc_store(&writer_thread, NULL, &slot, RC_NULL_REF);
    rc_flush(&writer_thread);
}

static void finish(void)
{
    rc_detach(&reader_thread);
    rc_detach(&writer_thread);
    EXPECT(rc_peek(&slot) == NULL);
    EXPECT(a.contents == DEAD && b.contents == DEAD);
    rc_stop();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "hazard_scan",
                                       .threads = {"reader", "writer"},
                                       .run = {read_and_take, write_slot},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
