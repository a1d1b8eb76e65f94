/*
 * Reviews of `refcache` (runtimes/rc/refcache.c): an object dies when no thread has a reference, whatever the words say.
 *
 * Real: caches, words and lists of refcache, as the contract (rc.h) calls them, and grace periods.
 * Modelled: one object, whose first reference is in a slot.  `left` reads it, `right` empties the slot, and so the object's word is zero
 * and `right` puts it under review.
 *   to_and_fro   They hand it on through the slot: who has none reads it, the other one empties it and ends his.  Each looks for a
 *                safepoint only while he has none, so his delta is zero whenever he flushes.
 *   once         `left` hands it on to `middle`, who pays the first period before that, as `left` does after it.  `middle` uses it
 *                when `right` has looked at what is under review.
 * Abstracted: a cache has two ways, a chunk four objects, and one drop is worth a period.  Periods pass 2^32.
 *
 * Why the orders suffice: who pays a period takes the lock under which it began, and so marks what it touches from then on as
 * touched in that period at least; and whoever reviews found the second one over (G2), and so reads the marks of all who paid it.
 *
 * Checked: nobody uses a dead object; it dies once, after every use; nothing leaks.
 *
 * source alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract alloc/base/grace.c: {.lock = LOCK_INIT} -> {.lock = LOCK_INIT, .begun = UINT32_MAX - 1, .completed = UINT32_MAX - 1, .wanted = UINT32_MAX - 1}
 * abstract runtimes/rc/refcache.h: REFCACHE_WAYS = 1024 -> REFCACHE_WAYS = 2
 * abstract runtimes/rc/refcache.h: REFCACHE_DROPS_AMONG = 1024 -> REFCACHE_DROPS_AMONG = 1
 * abstract runtimes/rc/refcache.h: REFCACHE_DROPS = 256 -> REFCACHE_DROPS = 1
 * abstract runtimes/rc/refcache_list.h: REFCACHE_CHUNK = 254 -> REFCACHE_CHUNK = 4
 *
 * fault zero_is_not_marked: a delta of zero is given up without a word, as the paper has it
 *   runtimes/rc/refcache.c: refcache_with_count(refcache_with_touch(word, now), refcache_count(word) + way->delta) -> way->delta == 0 ? word : refcache_with_count(refcache_with_touch(word, now), refcache_count(word) + way->delta)
 * fault touches_are_not_asked_for: an object whose word is zero is dead
 *   runtimes/rc/refcache.c: if (count == 0 && is_quiet_since(word, dead_at) && claim -> if (count == 0 && claim
 * fault review_at_once: a sealed list waits for no period
 *   runtimes/rc/refcache.c: grace_is_over(self->sealed_at + !FAULT(review_early)) -> true
 * fault no_second_period: a sealed list waits for one period
 *   runtimes/rc/refcache.c: grace_is_over(self->sealed_at + !FAULT(review_early)) -> grace_is_over(self->sealed_at)
 * fault pause_keeps_deltas: a thread pauses without a flush
 *   runtimes/rc/refcache.c: give_all_up(rc_self(T));\n    advance -> advance
 * fault count_in_two_steps: a delta is given up by a load and a store
 *   runtimes/rc/refcache.c: while (next != word && !cas_weak_relaxed(&o->word, &word, next)); -> while (next != word && (store_relaxed(&o->word, next), false));
 */
#include "tests/model/counting/programs.h"
#include "tests/model/counting/refcache.h"

enum { TURNS = 5 };

static struct object object;
static rc_slot slot;
static struct thread left_thread, middle_thread, right_thread, last_thread;
static _Atomic uint32_t stored[TURNS], loaded[TURNS], emptied[TURNS], reviewed;

static void setup(void)
{
    attach(&left_thread);
    attach(&right_thread);
    rc_init_slot(&right_thread, &slot, make(&right_thread, &object));
    report_name(&object, sizeof object, "object");
    raise_flag(&stored[0]);
}

static void finish(void)
{
    settle_all(&last_thread);
    EXPECT(object.contents == DEAD);
    EXPECT(orphans.length == 0);
}

static void empty(struct thread *T) { rc_release(T, rc_xchg(T, NULL, &slot, RC_NULL_REF)); }

/* Reads the slot when the other one has filled it. */
static rc_loc receive(struct thread *T, unsigned turn)
{
    await_flag(&stored[turn]);
    rc_loc loc = rc_load(T, NULL, &slot);
    use(rc_get(loc));
    raise_flag(&loaded[turn]);
    await_flag(&emptied[turn]);
    return loc;
}

/* When the other one has read it, the reference in the slot goes. */
static void give(struct thread *T, unsigned turn)
{
    await_flag(&loaded[turn]);
    empty(T);
    raise_flag(&emptied[turn]);
    poll(T);
}

static void store(struct thread *T, unsigned turn, rc_loc loc)
{
    rc_ref old = rc_xchg(T, NULL, &slot, rc_own(T, loc));
    EXPECT(old.p == NULL);
    raise_flag(&stored[turn]);
}

static void hand_on(struct thread *T, unsigned turn, rc_loc loc)
{
    use(rc_get(loc));
    store(T, turn, loc);
    give(T, turn);
}

/* --- to_and_fro --------------------------------------------------------------------------------------------------- */

static void go_left(void)
{
    struct thread *T = &left_thread;
    hand_on(T, 1, receive(T, 0));
    hand_on(T, 3, receive(T, 2));
    use_and_drop(T, receive(T, 4));
    leave(T);
}

static void go_right(void)
{
    struct thread *T = &right_thread;
    give(T, 0);
    poll(T);
    hand_on(T, 2, receive(T, 1));
    hand_on(T, 4, receive(T, 3));
    poll(T);
    poll(T);
    leave(T);
}

/* --- once --------------------------------------------------------------------------------------------------------- */

static void setup_once(void)
{
    setup();
    attach(&middle_thread);
}

static void pass_left(void)
{
    struct thread *T = &left_thread;
    store(T, 1, receive(T, 0));
    empty(T);
    poll(T);
    leave(T);
}

static void pass_middle(void)
{
    struct thread *T = &middle_thread;
    await_request(T);
    await_flag(&stored[1]);
    rc_loc loc = rc_load(T, NULL, &slot);
    await_flag(&reviewed);
    use_and_drop(T, loc);
    leave(T);
}

static void pass_right(void)
{
    struct thread *T = &right_thread;
    give(T, 0);
    poll(T);
    await_request(T);
    poll(T);
    raise_flag(&reviewed);
    leave(T);
}

int main(int argc, char **argv)
{
    static const struct model models[] = {
        {.name = "to_and_fro",
         .threads = {"left", "right"},
         .run = {go_left, go_right},
         .setup = setup,
         .finish = finish,
         .bounds = {{1, 1}}},
        {.name = "once",
         .threads = {"left", "middle", "right"},
         .run = {pass_left, pass_middle, pass_right},
         .setup = setup_once,
         .finish = finish,
         .bounds = {{1, 0}, {1, 1}}},
    };
    return programs_explore(argc, argv, models, sizeof models / sizeof *models);
}
