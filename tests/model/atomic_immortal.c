/*
 * Immortal objects of `atomic` (runtimes/rc/atomic_count.h): made so, or by so many references that the count is full.
 *
 * Real: slots and counts of atomic.h and atomic_count.h, as the contract (rc.h) calls them.
 * Modelled: in the programs `made` and `counted`, `reader` loads a slot that names A; `writer` replaces A in it by B, ends A and makes
 * a new object in its place, which becomes immortal, either at once or by counting, and which it keeps to itself.  In
 * `full`, two threads have a reference each to an object whose count is about to be full; one takes two more and ends three, the
 * other ends its one.
 * Abstracted: a count is full at 3.
 *
 * Why the orders suffice: as in atomic_slot.c, but what makes a count immortal is a store, which carries on nothing, so it releases
 * (A4) itself; and there is no read-modify-write to acquire it, so a load does (A3).
 *
 * Checked: the reader gets only what is in the slot; a full count never comes back to zero: the object is not ended.
 *
 * abstract runtimes/rc/atomic_count.h: ATOMIC_SATURATED (UINT32_C(1) << 30) -> ATOMIC_SATURATED UINT32_C(3)
 *
 * fault immortal_is_relaxed: (A4) of an object made immortal does not release
 *   runtimes/rc/atomic_count.h: (void)T;\n    store_release(&o->count, ATOMIC_IMMORTAL); -> (void)T;\n    store_relaxed(&o->count, ATOMIC_IMMORTAL);
 * fault full_is_relaxed: (A4) of a count that stays where it is does not release
 *   runtimes/rc/atomic_count.h: if (unlikely(count != ATOMIC_IMMORTAL))\n        store_release( -> if (unlikely(count != ATOMIC_IMMORTAL))\n        store_relaxed(
 * fault immortal_is_read_relaxed: (A3) of an immortal object does not acquire
 *   runtimes/rc/atomic_count.h: ATOMIC_SATURATED)) {\n            (void)load_acquire(&o->count); -> ATOMIC_SATURATED)) {
 * fault full_count_comes_back: a full count stays where it is, and a drop that has begun before brings it back
 *   runtimes/rc/atomic_count.h: if (unlikely(count != ATOMIC_IMMORTAL)) -> if (false)
 */
#define RC_STRATEGY_HEADER "runtimes/rc/atomic.h"
#include "tests/model/counting/atomic.h"
#include "tests/model/counting/programs.h"

static struct object a, b, full;
static rc_slot slot;
static struct thread reader_thread, writer_thread;

static void setup(void)
{
    rc_init_slot(&writer_thread, &slot, make(&writer_thread, &a));
    (void)make(&writer_thread, &b);
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
}

static void read_slot(void)
{
    rc_loc loc;
    if (rc_try_load(&reader_thread, &slot, &loc))
        use_and_drop(&reader_thread, loc);
}

/* NULL if the reader has not ended A. */
static struct rc_header *make_in_place_of_a(void)
{
    rc_store(&writer_thread, NULL, &slot, (rc_ref){&b.header});
    return is_free(&a) ? make(&writer_thread, &a).p : NULL;
}

static void immortalize(void)
{
    struct rc_header *object = make_in_place_of_a();
    if (object != NULL)
        rc_immortalize(&writer_thread, object);
}

static void count_up(void)
{
    struct rc_header *object = make_in_place_of_a();
    for (unsigned i = 0; object != NULL && i < 3; i++)
        (void)rc_dup(&writer_thread, (rc_loc){(uintptr_t)object});
}

static void finish_slot(void)
{
    rc_store(&writer_thread, NULL, &slot, RC_NULL_REF);
    EXPECT(b.contents == DEAD);
}

/* --- a full count --------------------------------------------------------------------------------------------------- */

static void setup_full(void)
{
    (void)make(&writer_thread, &full);
    (void)rc_dup(&writer_thread, (rc_loc){(uintptr_t)&full});
}

static void take_two_and_end_three(void)
{
    rc_loc mine = {(uintptr_t)&full};
    (void)rc_dup(&writer_thread, mine);
    (void)rc_dup(&writer_thread, mine);
    for (unsigned i = 0; i < 3; i++)
        use_and_drop(&writer_thread, mine);
}

static void end_one(void) { use_and_drop(&reader_thread, (rc_loc){(uintptr_t)&full}); }

/* It may have died, if the count was never full. */
static void finish_full(void)
{
    uint32_t count = load_relaxed(&full.header.count);
    EXPECT(full.contents == ALIVE ? count >= ATOMIC_SATURATED : count == 0);
}

int main(int argc, char **argv)
{
    static const struct model programs[] = {
        {.name = "made",
         .threads = {"reader", "writer"},
         .run = {read_slot, immortalize},
         .setup = setup,
         .finish = finish_slot,
         .bounds = {{2, 1}, {EXPLORE_ALL, 1}}},
        {.name = "counted",
         .threads = {"reader", "writer"},
         .run = {read_slot, count_up},
         .setup = setup,
         .finish = finish_slot,
         .bounds = {{2, 1}, {EXPLORE_ALL, 1}}},
        {.name = "full",
         .threads = {"one", "other"},
         .run = {take_two_and_end_three, end_one},
         .setup = setup_full,
         .finish = finish_full,
         .bounds = {{2, 1}, {EXPLORE_ALL, 1}}},
    };
    return programs_explore(argc, argv, programs, sizeof programs / sizeof *programs);
}
