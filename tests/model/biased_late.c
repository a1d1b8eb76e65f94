/*
 * Late readers of `biased` (runtimes/rc/biased.h): an object in the place of the one that the slot named, which somebody has shared.
 *
 * Real: slots and counts of biased, as the contract (rc.h) calls them.
 * Modelled: `reader` loads a slot that names A.  `writer`, who owns all objects, replaces A in it by B, ends A, makes a new object in its
 * place and hands it to `sharer`, who does one of the things that make the shared word other than zero, and ends the reference;
 * there is a program for each of these things.
 *
 * Why the orders suffice: what took A's name out of the slot came before the new object was made, and so before whatever made
 * its shared word other than PLAIN 0.  Each way of doing that releases (B4); later changes are read-modify-writes and carry that
 * on, whatever their own order.  A reader whose try-increment succeeds has acquired it (B3), so its second look finds B.
 *
 * Checked: the reader never gets an object from A's place: the first one refuses, as its shared word is PLAIN 0 to its end, and
 * the second is not in the slot; each object dies once; nothing leaks that can die.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 *
 * fault no_second_look: the reader does not look at the slot again
 *   runtimes/rc/biased.c: load_acquire(&slot->p) == o -> true
 * fault try_increment_is_relaxed: (B3) does not acquire
 *   runtimes/rc/biased_count.c: cas_weak_acquire(&o->shared, &shared, shared + BIASED_ONE) -> cas_weak_relaxed(&o->shared, &shared, shared + BIASED_ONE)
 * fault immortal_is_read_relaxed: (B3) of an immortal object does not acquire
 *   runtimes/rc/biased_count.c: (void)load_acquire(&o->shared); -> ;
 * fault increment_is_relaxed: another's increment (B4) does not release
 *   runtimes/rc/biased_count.h: fetch_add_release(&o->shared -> fetch_add_relaxed(&o->shared
 * fault mark_is_relaxed: the mark (B4) that allows an upgrade does not release
 *   runtimes/rc/biased_count.c: if (cas_weak_release(&o->shared -> if (cas_weak_relaxed(&o->shared
 * fault marking_load_is_relaxed: the mark (B4) of a load under the lock does not release
 *   runtimes/rc/biased.c: while (!cas_weak_release(&o->shared -> while (!cas_weak_relaxed(&o->shared
 * fault queueing_is_relaxed: the drop (B4) that queues the object does not release
 *   runtimes/rc/biased_count.c: cas_weak_acq_rel(&o->shared, &shared, next) -> cas_weak_acquire(&o->shared, &shared, next)
 * fault immortal_is_relaxed: (B4) of an immortal object does not release
 *   runtimes/rc/biased_count.h: store_release(&o->shared, BIASED_IMMORTAL); -> store_relaxed(&o->shared, BIASED_IMMORTAL);
 */
#include "tests/model/counting/biased.h"
#include "tests/model/counting/programs.h"

static struct object a, b;
static rc_slot slot, other_slot;
static struct thread reader_thread, writer_thread, sharer_thread;
static _Atomic uint32_t was_handed_over, was_shared;

static void setup(void)
{
    rc_attach(&reader_thread);
    rc_attach(&writer_thread);
    rc_attach(&sharer_thread);
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &a));
    (void)make(&writer_thread, &b);
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
}

static void read_slot(void)
{
    rc_loc loc;
    if (!rc_try_load(&reader_thread, &slot, &loc))
        return;
    EXPECT(rc_get(loc) != &a.header);
    use_and_drop(&reader_thread, loc);
}

static rc_ref make_in_place_of_a(void)
{
    rc_store(&writer_thread, NULL, &slot, (rc_ref){&b.header});
    EXPECT(load_relaxed(&a.is_free));
    return make(&writer_thread, &a);
}

static void hand_over(void)
{
    rc_init_slot(&writer_thread, &other_slot, make_in_place_of_a());
    raise_flag(&was_handed_over);
    await_flag(&was_shared);
    (void)rc_on_safepoint(&writer_thread);
}

static void immortalize(void) { rc_immortalize(&writer_thread, make_in_place_of_a().p); }

/* --- what the sharer does ------------------------------------------------------------------------------------------- */

static void end_reference(void)
{
    rc_store(&sharer_thread, NULL, &other_slot, RC_NULL_REF);
    raise_flag(&was_shared);
}

static void share_by_dup(void)
{
    await_flag(&was_handed_over);
    rc_drop(&sharer_thread, rc_dup(&sharer_thread, (rc_loc){(uintptr_t)&a}));
    end_reference();
}

static void share_by_mark(void)
{
    await_flag(&was_handed_over);
    rc_allow_upgrade(&sharer_thread, &a.header);
    end_reference();
}

static void share_by_load(void)
{
    await_flag(&was_handed_over);
    rc_drop(&sharer_thread, rc_load(&sharer_thread, NULL, &other_slot));
    end_reference();
}

static void share_by_drop(void)
{
    await_flag(&was_handed_over);
    end_reference();
}

/* --- what must hold ------------------------------------------------------------------------------------------------- */

/* What the reader gave back last may be in the writer's queue. */
static void finish_immortal(void)
{
    rc_store(&writer_thread, NULL, &slot, RC_NULL_REF);
    (void)rc_on_safepoint(&writer_thread);
    EXPECT(b.contents == DEAD);
}

static void finish(void)
{
    finish_immortal();
    EXPECT(a.contents == DEAD);
}

#define PROGRAM(how)                                                                               \
    {                                                                                              \
        .name = #how, .threads = {"reader", "writer", "sharer"},                                   \
        .run = {read_slot, hand_over, share_by_##how}, .setup = setup, .finish = finish,           \
        .bounds = {{2, 1}, {3, 0}},                                                                \
    }

int main(int argc, char **argv)
{
    static const struct model programs[] = {
        PROGRAM(dup),
        PROGRAM(mark),
        PROGRAM(load),
        PROGRAM(drop),
        {.name = "immortal",
         .threads = {"reader", "writer"},
         .run = {read_slot, immortalize},
         .setup = setup,
         .finish = finish_immortal,
         .bounds = {{2, 1}, {EXPLORE_ALL, 1}}},
    };
    return programs_explore(argc, argv, programs, sizeof programs / sizeof *programs);
}
