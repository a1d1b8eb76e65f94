/*
 * Slots of `biased` (runtimes/rc/biased.h, biased.c): reading with and without a second look, marks, the host's lock.
 *
 * Real: slots, counts and merging of biased, as the contract (rc.h) calls them.
 * Modelled: one slot.  Its object A is the writer's own.  `reader`, a foreigner, loads the slot three times and ends what it got: at
 * first A refuses to be incremented, so the reader locks the host and marks A.  `writer` loads the slot too, replaces A by B,
 * ends A, and if that is dead makes a new object in its place, which it marks, keeps to itself for a while and then stores; last
 * it empties the slot and comes to a safepoint.
 *
 * Why the orders suffice: as in atomic_slot.c, with the states of the shared word on top: PLAIN 0 refuses, so an owner that
 * finds it may end the object unasked; MARKED, set under the lock under which the slot's own reference keeps the object, makes
 * the owner merge with a compare-and-swap that fails if a reader was faster.
 *
 * Checked: a load yields what is in the slot, with its contents; each object dies once; nothing leaks.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 *
 * fault no_second_look: a foreign reader does not look at the slot again
 *   runtimes/rc/biased.c: load_acquire(&slot->p) == o -> true
 * fault plain_zero_is_raised: a foreign reader may increment a shared word that is plain and zero
 *   runtimes/rc/biased_count.c: if (shared == BIASED_PLAIN || shared == BIASED_MERGED) -> if (shared == BIASED_MERGED)
 * fault merged_zero_is_raised: a foreign reader may increment a merged count of zero
 *   runtimes/rc/biased_count.c: if (shared == BIASED_PLAIN || shared == BIASED_MERGED) -> if (shared == BIASED_PLAIN)
 * fault owner_ignores_the_mark: the owner ends a marked object without a compare-and-swap
 *   runtimes/rc/biased_count.c: if (shared == 0 || -> if (shared_count(shared) == 0 ||
 * fault store_is_unlocked: a slot is written without the lock of its host
 *   runtimes/rc/biased.h: lock_acquire(biased_slot_lock(host));\n    rc_ref old = strategy_xchg_locked(T, host, slot, ref);\n    lock_release(biased_slot_lock(host)); -> rc_ref old = strategy_xchg_locked(T, host, slot, ref);
 * fault load_is_unlocked: a reader that is refused takes its reference without the lock
 *   runtimes/rc/biased.c: rc_loc loc = strategy_load_locked(T, host, slot); -> lock_release(biased_slot_lock(host)); rc_loc loc = strategy_load_locked(T, host, slot); lock_acquire(biased_slot_lock(host));
 * fault kept_after_failure: a second look that finds another object does not give the reference back
 *   runtimes/rc/biased.c: biased_decrement_shared(T, o);\n    return false; -> return false;
 * fault store_is_relaxed: (B2) does not release
 *   runtimes/rc/biased.h: rc_ref old = {load_relaxed(&slot->p)};\n    store_release(&slot->p, ref.p); -> rc_ref old = {load_relaxed(&slot->p)};\n    store_relaxed(&slot->p, ref.p);
 * fault second_look_is_relaxed: (B1) does not acquire
 *   runtimes/rc/biased.c: load_acquire(&slot->p) == o -> load_relaxed(&slot->p) == o
 */
#include "tests/model/counting/biased.h"

static struct object a, b;
static rc_slot slot;
static struct thread reader_thread, writer_thread;
static _Atomic uint32_t reader_is_done;

static void setup(void)
{
    rc_attach(&reader_thread);
    rc_attach(&writer_thread);
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &a));
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
}

static void read_once(struct thread *T) { use_and_drop(T, rc_load(T, NULL, &slot)); }

static void read_thrice(void)
{
    for (unsigned i = 0; i < 3; i++)
        read_once(&reader_thread);
    raise_flag(&reader_is_done);
}

static void make_in_place_of_a(void)
{
    rc_ref ref = make(&writer_thread, &a);
    rc_allow_upgrade(&writer_thread, ref.p);
    a.contents = ALIVE; /* nobody has it yet */
    rc_store(&writer_thread, NULL, &slot, ref);
}

static void write_slot(void)
{
    read_once(&writer_thread);
    rc_store(&writer_thread, NULL, &slot, make(&writer_thread, &b));
    if (is_free(&a))
        make_in_place_of_a();
    rc_store(&writer_thread, NULL, &slot, RC_NULL_REF);
    await_flag(&reader_is_done);
    (void)rc_on_safepoint(&writer_thread);
}

static void finish(void)
{
    EXPECT(rc_peek(&slot) == NULL);
    EXPECT(a.contents == DEAD);
    EXPECT(b.contents == DEAD);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "biased_slot",
                                       .threads = {"reader", "writer"},
                                       .run = {read_thrice, write_slot},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
