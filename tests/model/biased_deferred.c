/*
 * Borrowed references over biased counts: the strategy biased_deferred (runtimes/rc/borrowing.h, deferral.h, biased_count.h).
 *
 * Real: the strategy whole, grace periods, their locks.
 * Modelled, in programs of two threads:
 *   replace   A, which the reader owns, is in a slot.  The reader borrows it, comes to safepoints while it holds it, and uses it.  The
 *             writer replaces A by B and empties the slot: it ends units of both.  Both threads leave, so what they deferred is left behind.
 *   late      the reader looks into slots that are filled while it looks: of a new object, and inside the host's lock
 *   move      the mover borrows H, takes it out of its slot and waits for that unit's end; the reader borrows X from another slot, when H's
 *             period is none of its business any more; then the mover takes X out and puts it into H, whose death must not be
 *             that of X
 *   through   H is in no slot any more, its unit's period runs; the reader, which has another unit of H, borrows X from H after
 *             it has paid for that period, and ends its unit of H: that must wait, though it is not the last
 *   leave     A, which the reader owns, is in two slots.  Each thread ends one of the units and leaves, or finds it ripe when it leaves
 * Abstracted: a batch has two entries; a taker of a lock spins once before it sleeps.
 *
 * Why the orders suffice: a borrower's looks come before it takes the grace period's lock to pay, the period ends under that lock, and whoever
 * applies a decrement has seen it ended.  Whoever finds an object in a slot acquires (E2) what its maker released (E1).  What was done with
 * counted references is released by (B6) and acquired by (B5).
 *
 * Checked: each object is used before it dies, dies once, and with the header of a dead one; nothing leaks.
 *
 * runtime biased_deferred
 * source runtimes/rc/biased_deferred.c runtimes/rc/borrowing.c runtimes/rc/biased_count.c runtimes/rc/deferral.c
 * source alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: #include <stdlib.h> -> void *model_items(struct biased_queue *queue); void *model_batch(void);
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 * abstract runtimes/rc/deferral.h: DEFERRAL_BATCH = 124 -> DEFERRAL_BATCH = 2
 * abstract runtimes/rc/deferral.c: #include <stdlib.h> -> void *model_batch(void);
 * abstract runtimes/rc/deferral.c: malloc(sizeof *batch) -> model_batch()
 * abstract runtimes/rc/deferral.c: free(d->open); -> ;
 * abstract runtimes/rc/deferral.c: free(d->spare); -> ;
 * abstract runtimes/rc/deferral.c: free(batch); -> ;
 *
 * fault no_promotion: a thread that lets a period pass does not count what it borrowed
 *   runtimes/rc/borrowing.c: if (o != NULL && !FAULT(forget_borrowed))\n        counted_increment(T, o); -> ;
 * fault unripe: what is deferred does not wait for its period
 *   runtimes/rc/deferral.c: grace_is_over(queue->first->ticket) -> true
 * fault early_seal: a batch waits for the period that runs
 *   runtimes/rc/deferral.c: batch->ticket = grace_ticket(); -> batch->ticket = grace_ticket() - 1;
 * fault ended_at_once: what was in a slot ends when it is replaced
 *   runtimes/rc/borrowing.h: unlikely(self->final == self->frames) -> true
 * fault unit_moves: what is taken out of a slot is the slot's own unit
 *   runtimes/rc/borrowing.h: !FAULT(move_unit) -> false
 * fault host_ends_at_once: a unit that is not the last ends at once, though its owner may have borrowed through it
 *   runtimes/rc/borrowing.h: strategy_release(T, (rc_ref){strategy_get(loc)}); -> { if (strategy_count(strategy_get(loc)) > 1) counted_decrement(T, strategy_get(loc)); else strategy_release(T, (rc_ref){strategy_get(loc)}); }
 * fault orphans_are_lost: what a thread deferred goes with it
 *   runtimes/rc/deferral.c: queue_append(&deferrals.orphans, &d->sealed); -> ;
 * fault queue_is_lost: a thread goes without what was queued to it
 *   runtimes/rc/biased_deferred.c: while (!biased_close(T)) -> while (false)
 * fault leaves_as_owner: what a thread ends when its queue is closed, it ends as the owner
 *   runtimes/rc/biased_deferred.c: borrowing_detach(T, end_as_newcomer); -> borrowing_detach(T, borrowing_end_all);
 * fault store_is_relaxed: (E1) of an exchange does not release
 *   runtimes/rc/borrowing.h: xchg_acq_rel(&slot->p, ref.p) -> xchg_acquire(&slot->p, ref.p)
 * fault locked_store_is_relaxed: (E1) inside the lock does not release
 *   runtimes/rc/borrowing.h: store_release(&slot->p, ref.p);           -> store_relaxed(&slot->p, ref.p);
 * fault first_store_is_relaxed: (E1) of a new slot does not release
 *   runtimes/rc/borrowing.h: store_release(&slot->p,\n                  ref.p); -> store_relaxed(&slot->p, ref.p);
 * fault load_is_relaxed: (E2) does not acquire
 *   runtimes/rc/borrowing.h: load_acquire(&slot->p) -> load_relaxed(&slot->p)
 */
#include "tests/model/counting/biased_deferred.h"

#include "tests/model/counting/programs.h"

static struct object a, b, h, x;
static rc_slot slot, other;
static struct thread reader_thread, writer_thread;
static _Atomic uint32_t step[4];

static struct deferral_batch batches[BATCHES];
static _Atomic unsigned used_batches;
void *model_batch(void);
void *model_batch(void)
{
    unsigned i = fetch_add_relaxed(&used_batches, 1);
    EXPECT(i < BATCHES);
    return &batches[i];
}

static void setup(void)
{
    come(&reader_thread);
    come(&writer_thread);
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
    report_name(&h, sizeof h, "H");
    report_name(&x, sizeof x, "X");
}

static void finish(void)
{
    EXPECT(a.contents != ALIVE && b.contents != ALIVE);
    EXPECT(h.contents != ALIVE && x.contents != ALIVE);
    rc_stop();
}

/* --- replace ------------------------------------------------------------------------------------------------------ */

static void setup_replace(void)
{
    setup();
    rc_init_slot(&reader_thread, &slot, make(&reader_thread, &a));
}

/* Holds what it finds over a safepoint. */
static void look(struct thread *T, rc_slot *where)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, where);
    if (rc_get(f[0]) != NULL) {
        use(f[0]);
        poll(T);
        use(f[0]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void read_twice(void)
{
    look(&reader_thread, &slot);
    look(&reader_thread, &slot);
    go(&reader_thread);
}

static void replace(void)
{
    struct thread *T = &writer_thread;
    rc_store(T, NULL, &slot, make(T, &b));
    rc_flush(T);
    poll(T);
    rc_release(T, rc_xchg(T, NULL, &slot, RC_NULL_REF));
    rc_flush(T);
    go(T);
}

/* --- late --------------------------------------------------------------------------------------------------------- */

static void setup_late(void)
{
    setup();
    rc_init_slot(&writer_thread, &other, make(&writer_thread, &h));
}

static void fill(void)
{
    struct thread *T = &writer_thread;
    rc_init_slot(T, &slot, make(T, &a));
    rc_lock(T, &h.header);
    rc_former old = rc_replace_locked(T, &h.header, &h.slot, make(T, &b));
    rc_unlock(T, &h.header);
    rc_end(T, old);
    rc_store(T, NULL, &slot, RC_NULL_REF);
    await_flag(&step[0]);
    rc_store(T, NULL, &other, RC_NULL_REF);
    go(T);
}

static void read_late(void)
{
    look(&reader_thread, &slot);
    look(&reader_thread, &h.slot);
    raise_flag(&step[0]);
    go(&reader_thread);
}

/* --- move --------------------------------------------------------------------------------------------------------- */

static void setup_move(void)
{
    setup();
    rc_init_slot(&writer_thread, &other, make(&writer_thread, &h));
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &x));
}

static void borrow_what_moves(void)
{
    struct thread *T = &reader_thread;
    RC_FRAME(T, f, 1);
    await_flag(&step[0]);
    poll(T);
    f[0] = rc_load(T, NULL, &slot);
    raise_flag(&step[1]);
    await_flag(&step[2]);
    use(f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    go(T);
}

static void move_into_the_dying(void)
{
    struct thread *T = &writer_thread;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &other);
    rc_store(T, NULL, &other, RC_NULL_REF);
    rc_flush(T);
    raise_flag(&step[0]);
    await_flag(&step[1]);
    rc_store(T, rc_get(f[0]), &object_of(rc_get(f[0]))->slot, rc_xchg(T, NULL, &slot, RC_NULL_REF));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    poll(T);
    rc_flush(T);
    raise_flag(&step[2]);
    go(T);
}

/* --- through ------------------------------------------------------------------------------------------------------ */

static void setup_through(void)
{
    setup();
    rc_init_slot(&writer_thread, &h.slot, make(&writer_thread, &x));
    rc_init_slot(&writer_thread, &other, make(&writer_thread, &h));
}

static void borrow_through_a_counted_one(void)
{
    struct thread *T = &reader_thread;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &other);
    f[0] = rc_move(T, rc_own(T, f[0]));
    raise_flag(&step[0]);
    await_flag(&step[1]);
    poll(T);
    f[1] = rc_load(T, rc_get(f[0]), &object_of(rc_get(f[0]))->slot);
    rc_clear(T, &f[0]);
    raise_flag(&step[2]);
    await_flag(&step[3]);
    use(f[1]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    go(T);
}

static void take_the_host_out(void)
{
    struct thread *T = &writer_thread;
    await_flag(&step[0]);
    rc_store(T, NULL, &other, RC_NULL_REF);
    rc_flush(T);
    raise_flag(&step[1]);
    await_flag(&step[2]);
    poll(T);
    rc_flush(T);
    raise_flag(&step[3]);
    go(T);
}

/* --- leave -------------------------------------------------------------------------------------------------------- */

static void setup_leave(void)
{
    setup();
    rc_ref ref = make(&reader_thread, &a);
    rc_loc loc = rc_move(&reader_thread, ref);
    rc_init_slot(&reader_thread, &slot, rc_own(&reader_thread, rc_dup(&reader_thread, loc)));
    rc_init_slot(&reader_thread, &other, rc_own(&reader_thread, loc));
}

static void end_and_leave(struct thread *T, rc_slot *where)
{
    rc_store(T, NULL, where, RC_NULL_REF);
    rc_flush(T);
    poll(T);
    rc_flush(T);
    go(T);
}

static void owner_leaves(void) { end_and_leave(&reader_thread, &slot); }
static void other_leaves(void) { end_and_leave(&writer_thread, &other); }

#define PROGRAM(called, reader, writer, before, ...)                                               \
    {                                                                                              \
        .name = called, .threads = {"reader", "writer"}, .run = {reader, writer}, .setup = before, \
        .finish = finish, .bounds = {__VA_ARGS__},                                                 \
    }

int main(int argc, char **argv)
{
    static const struct model programs[] = {
        PROGRAM("replace", read_twice, replace, setup_replace, {1, 1}, {2, 0}),
        PROGRAM("late", read_late, fill, setup_late, {1, 1}, {2, 0}),
        PROGRAM("move", borrow_what_moves, move_into_the_dying, setup_move, {1, 0}),
        PROGRAM("through", borrow_through_a_counted_one, take_the_host_out, setup_through, {1, 0}),
        PROGRAM("leave", owner_leaves, other_leaves, setup_leave, {2, 0}),
    };
    return programs_explore(argc, argv, programs, sizeof programs / sizeof *programs);
}
