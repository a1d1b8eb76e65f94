/*
 * The slot load of `atomic` (runtimes/rc/atomic.h): try-increment and second look, against store, free, reuse and unmap.
 *
 * Real: slots and counts of atomic.h and atomic_count.h, as the contract (rc.h) calls them.
 * Modelled: one slot, and places for two objects.  `reader` loads the slot, uses and ends what it got, then takes out what is there.  `writer` replaces A in
 * the slot by B and ends A; if that is dead, it makes a new object in A's place, which it first keeps to itself, changes
 * as only its maker may, and then stores in the slot in B's place.  Last it empties the slot, waits until both are dead and
 * the reader has passed a quiescent state, and gives the memory back to the system.
 * Abstracted: the grace period (waiting.c has it) is a flag of the reader's.
 *
 * Why the orders suffice: whatever took the name of A's first object out of the slot comes before (A4), the first store of the count
 * of the second; a reader that increments the second's count acquires it, (A3), so its second look cannot find that name any
 * more: it finds what is there now, or A's name again because the second object was stored, and then (A1) knows its contents.
 * Nothing here rests on the first look's order: what it names is only counted until the second.
 *
 * Checked: a load yields what is in the slot, with its contents: another object's are nobody else's to read, so that is a race;
 * each object dies once; nobody touches what is unmapped; nothing leaks.
 *
 * fault no_second_look: the reader does not look at the slot again
 *   runtimes/rc/atomic.h: load_acquire(&slot->p) == o -> true
 * fault dead_is_revived: a dead object's count may be raised
 *   runtimes/rc/atomic_count.h: unlikely(count == 0 && !FAULT(revive_dead)) -> false
 * fault no_grace: memory is unmapped at once
 * fault kept_after_failure: a second look that finds another object does not give the reference back
 *   runtimes/rc/atomic.h: eager_decrement(T, o); -> ;
 * fault try_increment_is_relaxed: (A3) does not acquire
 *   runtimes/rc/atomic_count.h: cas_weak_acquire(&o->count -> cas_weak_relaxed(&o->count
 * fault first_count_is_relaxed: (A4) does not release
 *   runtimes/rc/atomic_count.h: store_release(&o->count, 1); -> store_relaxed(&o->count, 1);
 * fault second_look_is_relaxed: (A1) does not acquire
 *   runtimes/rc/atomic.h: load_acquire(&slot->p) == o -> load_relaxed(&slot->p) == o
 * fault store_is_relaxed: (A2) of an exchange does not release
 *   runtimes/rc/atomic.h: xchg_acq_rel(&slot->p -> xchg_acquire(&slot->p
 * fault old_value_is_relaxed: the exchange that takes an object out of the slot does not acquire
 *   runtimes/rc/atomic.h: xchg_acq_rel(&slot->p -> xchg_release(&slot->p
 * genmc no_second_look try_increment_is_relaxed first_count_is_relaxed second_look_is_relaxed store_is_relaxed
 */
#define RC_STRATEGY_HEADER "runtimes/rc/atomic.h"
#include "tests/model/counting/atomic.h"

#include "alloc/base/os.h"

struct memory {
    struct object a, b;
};

static struct memory *memory;
static rc_slot slot;
static _Atomic uint32_t reader_is_quiescent;
static struct thread reader_thread, writer_thread;

static void setup(void)
{
    memory = os_map(os_page_bytes(), os_page_bytes());
    report_name(&memory->a, sizeof memory->a, "A");
    report_name(&memory->b, sizeof memory->b, "B");
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &memory->a));
}

static void read_and_take(void)
{
    use_and_drop(&reader_thread, rc_load(&reader_thread, NULL, &slot));
    rc_ref old = rc_xchg(&reader_thread, NULL, &slot, RC_NULL_REF);
    use_and_drop(&reader_thread, rc_move(&reader_thread, old));
    raise_flag(&reader_is_quiescent);
}

static void make_in_place_of_a(void)
{
    rc_ref ref = make(&writer_thread, &memory->a);
    memory->a.contents = ALIVE; /* nobody has it yet */
    rc_store(&writer_thread, NULL, &slot, ref);
}

static void unmap(void)
{
    await_flag(&memory->a.is_free);
    await_flag(&memory->b.is_free);
#ifndef FAULT_no_grace
    await_flag(&reader_is_quiescent);
#endif
    EXPECT(memory->a.contents == DEAD && memory->b.contents == DEAD);
    os_unmap(memory, os_page_bytes());
}

static void write_slot(void)
{
    rc_store(&writer_thread, NULL, &slot, make(&writer_thread, &memory->b));
    if (is_free(&memory->a))
        make_in_place_of_a();
    rc_store(&writer_thread, NULL, &slot, RC_NULL_REF);
    unmap();
}

static void finish(void) { EXPECT(rc_peek(&slot) == NULL); }

int main(int argc, char **argv)
{
    static const struct model model = {.name = "atomic_slot",
                                       .threads = {"reader", "writer"},
                                       .run = {read_and_take, write_slot},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{3, 1}, {EXPLORE_ALL, 1}}};
    return explore(argc, argv, &model);
}
