/*
 * The slot of `none` (runtimes/rc/none.h): what is read from it is whole, though nobody counts.
 *
 * Real: slots of none.h, as the contract (rc.h) calls them.
 * Modelled: two slots.  `writer` makes objects and stores one in the first slot, one in the second inside a lock, as the only
 * writer of a list does, and one as the first value of a slot that readers may find at once.  `reader` loads all three, uses
 * what it gets, and takes an object out, which it uses too.
 * Abstracted: nothing ends.
 *
 * Why the orders suffice: the contents of an object are written before (N2) puts its name into a slot, and (N1) reads them after it has
 * found the name.
 *
 * Checked: what a load yields has its contents: to read another object's, or one's own too early, is a race.
 *
 * fault load_is_relaxed: (N1) of a load does not acquire
 *   runtimes/rc/none.h: load_acquire(&slot->p) -> load_relaxed(&slot->p)
 * fault old_value_is_relaxed: (N1) of an exchange does not acquire
 *   runtimes/rc/none.h: xchg_acq_rel(&slot->p -> xchg_release(&slot->p
 * fault store_is_relaxed: (N2) of an exchange does not release
 *   runtimes/rc/none.h: xchg_acq_rel(&slot->p -> xchg_acquire(&slot->p
 * fault locked_store_is_relaxed: (N2) of a store inside the lock does not release
 *   runtimes/rc/none.h: rc_ref old = {load_relaxed(&slot->p)};\n    store_release(&slot->p, ref.p); -> rc_ref old = {load_relaxed(&slot->p)};\n    store_relaxed(&slot->p, ref.p);
 * fault first_store_is_relaxed: (N2) of a slot's first value does not release
 *   runtimes/rc/none.h: (void)T;\n    store_release(&slot->p, ref.p); -> (void)T;\n    store_relaxed(&slot->p, ref.p);
 */
#define RC_STRATEGY_HEADER "runtimes/rc/none.h"
#include "runtimes/rc/rc.h"

struct thread {
    struct rc_thread rc;
};

/* Of a new object; none dies. */
static inline bool header_is_zero(const struct rc_header *header)
{
    return *(const uint32_t *)(const void *)header == 0;
}

#include "tests/model/counting/object.h"

enum { STORED, LOCKED, FIRST, OBJECTS };

static struct object objects[OBJECTS];
static struct object host;
static rc_slot slots[OBJECTS];
static struct thread reader_thread, writer_thread;

static void setup(void)
{
    static const char *const names[OBJECTS] = {"stored", "locked", "first"};
    for (unsigned i = 0; i < OBJECTS; i++)
        report_name(&objects[i], sizeof objects[i], names[i]);
}

static void write_slots(void)
{
    struct thread *T = &writer_thread;
    rc_store(T, NULL, &slots[STORED], make(T, &objects[STORED]));
    rc_ref ref = make(T, &objects[LOCKED]);
    rc_lock(T, &host.header);
    ref = rc_xchg_locked(T, &host.header, &slots[LOCKED], ref);
    rc_unlock(T, &host.header);
    rc_release(T, ref);
    rc_init_slot(T, &slots[FIRST], make(T, &objects[FIRST]));
}

static void read_slots(void)
{
    struct thread *T = &reader_thread;
    for (unsigned i = 0; i < OBJECTS; i++) {
        rc_loc loc;
        bool loaded = rc_try_load(T, &slots[i], &loc);
        EXPECT(loaded);
        use_and_drop(T, loc);
    }
    use_and_drop(T, rc_load(T, NULL, &slots[STORED]));
    use_and_drop(T, rc_move(T, rc_xchg(T, NULL, &slots[STORED], RC_NULL_REF)));
}

static void finish(void)
{
    for (unsigned i = 0; i < OBJECTS; i++)
        use(&objects[i].header);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "none_slot",
                                       .threads = {"writer", "reader"},
                                       .run = {write_slots, read_slots},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{3, 2}, {EXPLORE_ALL, 1}}};
    return explore(argc, argv, &model);
}
