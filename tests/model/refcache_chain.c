/*
 * What a dead object refers to, under `refcache` (runtimes/rc/refcache.c): it ends with it, but not while somebody else has it.
 *
 * Real: caches, words and lists of refcache, as the contract (rc.h) calls them, and grace periods.
 * Modelled: `holder` and `item`.  The item is in the holder and in a slot.  `ender` ends the holder, comes to safepoints, and
 * when the reader has found the item in the slot empties that too; it comes to two more.  `reader` pays the periods for which it
 * is asked, reads the slot, and uses the item before and after that.
 * Abstracted: a cache has two ways, a chunk four objects, and one drop is worth a period.  More than 2^31 periods are over.
 *
 * Why the orders suffice: who ends the holder found both periods over, and knows of all that was touched before they were paid.
 *
 * Checked: nobody uses a dead object; each dies once, after every use; nothing leaks.
 *
 * source alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract alloc/base/grace.c: {.lock = LOCK_INIT} -> {.lock = LOCK_INIT, .begun = UINT32_C(3) << 30, .completed = UINT32_C(3) << 30, .wanted = UINT32_C(3) << 30}
 * abstract runtimes/rc/refcache.h: REFCACHE_WAYS = 1024 -> REFCACHE_WAYS = 2
 * abstract runtimes/rc/refcache.h: REFCACHE_DROPS_AMONG = 1024 -> REFCACHE_DROPS_AMONG = 1
 * abstract runtimes/rc/refcache.h: REFCACHE_DROPS = 256 -> REFCACHE_DROPS = 1
 * abstract runtimes/rc/refcache_list.h: REFCACHE_CHUNK = 254 -> REFCACHE_CHUNK = 4
 *
 * fault touches_are_not_asked_for: what a dead object had the last counted reference to is dead
 *   runtimes/rc/refcache.c: is_quiet_since(word, dead_at) && claim(o, word)) {\n            die(T, o, dead_at);\n            return;\n        }\n        next = -> claim(o, word)) {\n            die(T, o, dead_at);\n            return;\n        }\n        next =
 * fault no_review: what a dead object had the last counted reference to, and was touched, is forgotten
 *   runtimes/rc/refcache.c: if (refcache_begins_review(word, next))\n        put_under_review(rc_self(T), o); -> ;
 * fault halves_are_compared: a touch of 2^31 periods ago or more is taken for one that is to come
 *   runtimes/rc/refcache_word.h: (uint32_t)((uint32_t)(word >> 32) - (uint32_t)period) <= begun + 1 - period -> (int32_t)((uint32_t)(word >> 32) - (uint32_t)period) >= 0 + 0 * (int)begun
 */
#include "tests/model/counting/refcache.h"

static struct object holder, item;
static rc_slot slot, field;
static struct thread reader_thread, ender_thread, last_thread;
static _Atomic uint32_t is_read;

void object_empty(struct thread *T, struct object *object)
{
    if (object == &holder)
        rc_end_slot(T, &field);
}

static void setup(void)
{
    attach(&reader_thread);
    attach(&ender_thread);
    (void)make(&ender_thread, &holder);
    rc_ref ref = make(&ender_thread, &item);
    rc_init_slot(&ender_thread, &field, ref);
    rc_init_slot(&ender_thread, &slot,
                 rc_own(&ender_thread, rc_dup(&ender_thread, rc_move(&ender_thread, ref))));
    rc_before_pause(&ender_thread);
    report_name(&holder, sizeof holder, "holder");
    report_name(&item, sizeof item, "item");
}

static void read_item(void)
{
    struct thread *T = &reader_thread;
    await_request(T);
    await_request(T);
    rc_loc loc = rc_load(T, NULL, &slot);
    raise_flag(&is_read);
    use_and_drop(T, loc);
    leave(T);
}

static void end_holder(void)
{
    struct thread *T = &ender_thread;
    rc_release(T, (rc_ref){&holder.header});
    for (unsigned i = 0; i < 3; i++)
        await_request(T);
    await_flag(&is_read);
    rc_store(T, NULL, &slot, RC_NULL_REF);
    await_request(T);
    await_request(T);
    leave(T);
}

static void finish(void)
{
    settle_all(&last_thread);
    EXPECT(holder.contents == DEAD);
    EXPECT(item.contents == DEAD);
    EXPECT(orphans.length == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "refcache_chain",
                                       .threads = {"reader", "ender"},
                                       .run = {read_item, end_holder},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
