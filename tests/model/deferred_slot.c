/*
 * Borrows of `deferred` (runtimes/rc/deferred.h, borrow.h, deferral.c) against what takes references out of slots.
 *
 * Real: counts, slots, borrows, promotion, batches, and the grace periods that these wait for (alloc/base/grace.c).
 * Modelled: three programs.
 *   store   `reader` loads a slot, aliases what it got, comes to a safepoint and uses it again; it also reads a slot that is written
 *           for the first time.  `writer` puts another object in the first slot, and ends the old one when its time has come.
 *   locked  the same of a slot that is written inside a lock.
 *   move    `reader` has come to its safepoint after a host left its slot; then it borrows X from another slot.  `writer`, who has
 *           still borrowed the host, moves X into it; then the host dies.
 *
 * Why the orders suffice: who finds an object in a slot with (D1) knows what its maker did before (D2).  Between the borrower's last
 * use and the death lie the borrower's debt and who finds the period over: the grace period's lock and (G1), (G2).
 *
 * Checked: what a thread refers to is alive, with its contents, until it ends the reference, over safepoints too; each object dies once,
 * after every use; nothing leaks.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/deferral.h: DEFERRAL_BATCH = 124 -> DEFERRAL_BATCH = 2
 *
 * fault unripe: what is deferred does not wait
 *   runtimes/rc/deferral.c: grace_is_over(queue->first->ticket) -> true
 * fault not_promoted: a thread lets a period pass and does not count what it has borrowed
 *   runtimes/rc/borrow.h: increment(borrow_get(loc)); -> (void)increment;
 * fault sealed_early: a batch has the ticket of a period that began before its last entry
 *   runtimes/rc/deferral.c: batch->ticket = grace_ticket(); -> batch->ticket = grace_ticket() - 1;
 * fault ends_at_once: who replaces a reference ends it
 *   runtimes/rc/deferred.h: deferred_defer(T, former.p); -> strategy_release(T, (rc_ref){former.p});
 * fault unit_moves: an exchange gives away what others have borrowed
 *   runtimes/rc/deferred.h: return deferred_renew(T, strategy_replace(T, host, slot, ref).p); -> return (rc_ref){strategy_replace(T, host, slot, ref).p};
 * fault load_is_relaxed: (D1) does not acquire
 *   runtimes/rc/deferred.h: borrow_from_slot(&rc_self(T)->borrows, load_acquire(&slot->p)) -> borrow_from_slot(&rc_self(T)->borrows, load_relaxed(&slot->p))
 * fault store_is_relaxed: (D2) of an exchange does not release
 *   runtimes/rc/deferred.h: xchg_acq_rel(&slot->p -> xchg_acquire(&slot->p
 * fault first_store_is_relaxed: (D2) of the first value does not release
 *   runtimes/rc/deferred.h: store_release(&slot->p,\n -> store_relaxed(&slot->p,\n
 * fault locked_store_is_relaxed: (D2) of a store inside the lock does not release
 *   runtimes/rc/deferred.h: rc_former old = {load_relaxed(&slot->p)};\n    store_release( -> rc_former old = {load_relaxed(&slot->p)};\n    store_relaxed(
 */
#include "tests/model/counting/deferred.h"
#include "tests/model/counting/programs.h"

static struct object x, y, z;
static struct {
    struct object object;
    rc_slot slot;
} host;
static rc_slot slot, late, host_slot;
static struct thread reader_thread, writer_thread;
static _Atomic uint32_t host_has_left, x_is_borrowed;

void object_empty(struct thread *T, struct object *object)
{
    if (object == &host.object)
        rc_release(T, rc_take(T, &host.slot));
}

static void setup(void)
{
    attach(&reader_thread);
    attach(&writer_thread);
    report_name(&x, sizeof x, "X");
    report_name(&y, sizeof y, "Y");
    report_name(&z, sizeof z, "Z");
    report_name(&host, sizeof host, "host");
    rc_init_slot(&writer_thread, &slot, make_leaf(&writer_thread, &x));
}

static void setup_move(void)
{
    setup();
    rc_init_slot(&writer_thread, &host_slot, make(&writer_thread, &host.object));
}

static void use_cell(rc_loc loc)
{
    if (rc_get(loc) != NULL)
        use(rc_get(loc));
}

/* --- store, locked -------------------------------------------------------------------------------------------------- */

static void read_slots(void)
{
    struct thread *T = &reader_thread;
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &slot);
    use_cell(f[0]);
    f[1] = rc_dup(T, f[0]);
    f[2] = rc_load(T, NULL, &late);
    use_cell(f[2]);
    rc_clear(T, &f[0]);
    safepoint(T);
    use_cell(f[1]);
    f[0] = rc_dup(T, f[1]);
    rc_clear(T, &f[1]);
    use_cell(f[0]);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[2]);
    RC_LEAVE(T, f);
    rest(T);
}

static void write_slot(void)
{
    struct thread *T = &writer_thread;
    rc_store(T, NULL, &slot, make(T, &y));
    rc_init_slot(T, &late, make(T, &z));
    end_all(T);
    rest(T);
}

static void write_slot_locked(void)
{
    struct thread *T = &writer_thread;
    rc_former old = rc_replace_locked(T, NULL, &slot, make(T, &y));
    rc_end(T, old);
    rc_init_slot(T, &late, make(T, &z));
    end_all(T);
    rest(T);
}

static void finish(void)
{
    struct thread *T = &writer_thread;
    rc_store(T, NULL, &slot, RC_NULL_REF);
    rc_store(T, NULL, &late, RC_NULL_REF);
    detach(&reader_thread);
    detach(&writer_thread);
    EXPECT(x.contents == DEAD && y.contents == DEAD && z.contents == DEAD);
    rc_stop();
}

/* --- move ------------------------------------------------------------------------------------------------------------ */

static void borrow_what_moves(void)
{
    struct thread *T = &reader_thread;
    RC_FRAME(T, f, 1);
    await_flag(&host_has_left);
    safepoint(T);
    f[0] = rc_load(T, NULL, &slot);
    raise_flag(&x_is_borrowed);
    use_cell(f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    rest(T);
}

static void move_into_the_dying(void)
{
    struct thread *T = &writer_thread;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &host_slot);
    rc_store(T, NULL, &host_slot, RC_NULL_REF);
    rc_flush(T);
    raise_flag(&host_has_left);
    await_flag(&x_is_borrowed);
    rc_store(T, &host.object.header, &host.slot, rc_xchg(T, NULL, &slot, RC_NULL_REF));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    safepoint(T);
    rc_flush(T);
    rest(T);
}

static void finish_move(void)
{
    detach(&reader_thread);
    detach(&writer_thread);
    EXPECT(host.object.contents == DEAD && x.contents == DEAD);
    rc_stop();
}

int main(int argc, char **argv)
{
    static const struct model programs[] = {
        {.name = "store",
         .threads = {"reader", "writer"},
         .run = {read_slots, write_slot},
         .setup = setup,
         .finish = finish,
         .bounds = {{1, 1}, {2, 0}}},
        {.name = "locked",
         .threads = {"reader", "writer"},
         .run = {read_slots, write_slot_locked},
         .setup = setup,
         .finish = finish,
         .bounds = {{1, 1}}},
        {.name = "move",
         .threads = {"reader", "writer"},
         .run = {borrow_what_moves, move_into_the_dying},
         .setup = setup_move,
         .finish = finish_move,
         .bounds = {{2, 0}}},
    };
    return programs_explore(argc, argv, programs, sizeof programs / sizeof *programs);
}
