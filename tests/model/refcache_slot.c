/*
 * Slots and names of `refcache` (runtimes/rc/refcache.h): what is found there is an object, with its contents.
 *
 * Real: slots, words and upgrades of refcache, as the contract (rc.h) calls them.
 * Modelled: `store`: the writer stores a new object in a slot while the reader loads it.  `name`: the reader looks at an object by a
 * name that counts as no reference, as interned strings have it: upgrades it, and looks whether the name still stands.  The writer
 * takes the name away and ends the object, which nobody has touched since before the period that the end goes by, and makes another
 * in its place.  `claim`: the same, but the name stays, as a weak reference's does until its target dies.
 *
 * Why the orders suffice: who upgrades a later object in that place has read its word, or what came of it by read-modify-writes, so it
 * knows that the name was taken away.
 *
 * Checked: what was loaded has contents; an upgrade whose name stands yields the object that was named, alive.
 *
 * source alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/refcache.h: REFCACHE_WAYS = 1024 -> REFCACHE_WAYS = 2
 * abstract runtimes/rc/refcache_list.h: REFCACHE_CHUNK = 254 -> REFCACHE_CHUNK = 4
 *
 * fault store_is_relaxed: (R2) does not release
 *   runtimes/rc/refcache.h: xchg_acq_rel(&slot->p, ref.p) -> xchg_acquire(&slot->p, ref.p)
 * fault load_is_relaxed: (R1) does not acquire
 *   runtimes/rc/refcache.h: eager_loc(T, load_acquire(&slot->p)) -> eager_loc(T, load_relaxed(&slot->p))
 * fault upgrade_is_relaxed: (R3) does not acquire
 *   runtimes/rc/refcache.h: cas_weak_acquire(&o->word, &word, -> cas_weak_relaxed(&o->word, &word,
 * fault birth_is_relaxed: (R4) does not release
 *   runtimes/rc/refcache.h: store_release(&o->word, REFCACHE_ONE -> store_relaxed(&o->word, REFCACHE_ONE
 * fault claim_is_a_store: what is named ends without a compare-and-swap
 *   runtimes/rc/refcache.c: if ((word & REFCACHE_NAMED) != 0 && -> if (false &&
 * fault the_dead_are_raised: an upgrade counts up from a dead word
 *   runtimes/rc/refcache.h: if (word == 0 || refcache_is_dead(T, word))\n            return RC_NULL_LOC; -> ;
 */
#include "tests/model/counting/programs.h"
#include "tests/model/counting/refcache.h"

static struct object object;
static rc_slot slot, field; /* the latter of something dead */
static struct rc_header *_Atomic name;
static struct thread reader_thread, writer_thread;
static bool is_upgraded;

static void setup_store(void)
{
    attach(&reader_thread);
    attach(&writer_thread);
    report_name(&object, sizeof object, "object");
}

static void load_slot(void)
{
    rc_loc loc = rc_load(&reader_thread, NULL, &slot);
    if (rc_get(loc) != NULL)
        use_and_drop(&reader_thread, loc);
}

static void store_slot(void)
{
    rc_store(&writer_thread, NULL, &slot, make(&writer_thread, &object));
}

static void setup_name(void)
{
    setup_store();
    rc_ref ref = make(&writer_thread, &object);
    rc_allow_upgrade(&writer_thread, ref.p);
    rc_init_slot(&writer_thread, &field, ref);
    store_relaxed(&name, ref.p);
}

/* The writer is about to end it, in the course of a review. */
static void end_object(struct thread *T)
{
    T->rc.dead_at = grace_begun() + 1;
    rc_end_slot(T, &field);
    T->rc.dead_at = 0;
}

static void upgrade_name(void)
{
    struct rc_header *o = load_relaxed(&name);
    rc_loc loc = o != NULL ? rc_upgrade(&reader_thread, o) : RC_NULL_LOC;
    if (rc_get(loc) == NULL)
        return;
    if (load_acquire(&name) == o)
        use(o);
}

static void replace_named(void)
{
    store_relaxed(&name, NULL);
    end_object(&writer_thread);
    if (is_free(&object))
        (void)make(&writer_thread, &object);
}

static void upgrade_target(void)
{
    rc_loc loc = rc_upgrade(&reader_thread, &object.header);
    if (rc_get(loc) != NULL) {
        is_upgraded = true;
        use(rc_get(loc));
    }
}

static void end_target(void) { end_object(&writer_thread); }

static void finish(void) {}
static void finish_claim(void) { EXPECT((object.contents == ALIVE) == is_upgraded); }

int main(int argc, char **argv)
{
    static const struct model models[] = {
        {.name = "store",
         .threads = {"reader", "writer"},
         .run = {load_slot, store_slot},
         .setup = setup_store,
         .finish = finish,
         .bounds = {{EXPLORE_ALL, 1}}},
        {.name = "name",
         .threads = {"reader", "writer"},
         .run = {upgrade_name, replace_named},
         .setup = setup_name,
         .finish = finish,
         .bounds = {{EXPLORE_ALL, 1}}},
        {.name = "claim",
         .threads = {"reader", "writer"},
         .run = {upgrade_target, end_target},
         .setup = setup_name,
         .finish = finish_claim,
         .bounds = {{EXPLORE_ALL, 1}}},
    };
    return programs_explore(argc, argv, models, sizeof models / sizeof *models);
}
