/*
 * Slots of `atomic_locked` (runtimes/rc/atomic_locked.h): the lock of a slot's host, where atomic looks twice.
 *
 * Real: slots and counts of atomic_locked.h and atomic_count.h, as the contract (rc.h) calls them, and the lock.
 * Modelled: one slot.  `reader` loads it and ends what it got, then takes out what is there; `writer` replaces A in it by B, ends A, and if that is dead makes a
 * new object in its place, which it keeps to itself for a while and then stores; last it empties the slot.
 *
 * Why the orders suffice: while the reader holds the lock the slot's own reference keeps the object, so an increment is never
 * late; what was done to an object before it was stored comes before by the lock.
 *
 * Checked: a load yields what is in the slot, with its contents; each object dies once; nothing leaks.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault load_is_unlocked: the slot is read without the lock
 *   runtimes/rc/atomic_locked.h: rc_loc loc = strategy_load_locked(T, host, slot); -> lock_release(atomic_slot_lock(host)); rc_loc loc = strategy_load_locked(T, host, slot); lock_acquire(atomic_slot_lock(host));
 * fault store_is_unlocked: the slot is written without the lock
 *   runtimes/rc/atomic_locked.h: rc_ref old = strategy_xchg_locked(T, host, slot, ref); -> lock_release(atomic_slot_lock(host)); rc_ref old = strategy_xchg_locked(T, host, slot, ref); lock_acquire(atomic_slot_lock(host));
 * fault count_is_late: the reader counts when it has released the lock
 *   runtimes/rc/atomic_locked.h: rc_loc loc = strategy_load_locked(T, host, slot); -> rc_loc loc = {(uintptr_t)load_relaxed(&slot->p)};
 *   runtimes/rc/atomic_locked.h: return loc; -> return eager_loc(T, strategy_get(loc));
 * fault lock_says_nothing: the reader does not know what was done to an object before it was stored
 *   alloc/base/lock.h: memory_order_release) == 2 -> memory_order_relaxed) == 2
 * genmc load_is_unlocked count_is_late
 */
#define RC_STRATEGY_HEADER "runtimes/rc/atomic_locked.h"
#include "tests/model/counting/atomic.h"

#include "runtimes/rc/atomic_locked.c"

static struct object a, b;
static rc_slot slot;
static struct thread reader_thread, writer_thread;

static void setup(void)
{
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &a));
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
}

static void read_and_take(void)
{
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
    if (is_free(&a))
        make_in_place_of_a();
    rc_store(&writer_thread, NULL, &slot, RC_NULL_REF);
}

static void finish(void)
{
    EXPECT(a.contents == DEAD);
    EXPECT(b.contents == DEAD);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "atomic_locked",
                                       .threads = {"reader", "writer"},
                                       .run = {read_and_take, write_slot},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {EXPLORE_ALL, 0}}};
    return explore(argc, argv, &model);
}
