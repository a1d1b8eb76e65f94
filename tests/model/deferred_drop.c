/*
 * The ends of objects under `deferred` (runtimes/rc/deferred.h, deferred.c): owned references against what dies with its host, and
 * against names.
 *
 * Real: counts, borrows, batches, and the grace periods that these wait for (alloc/base/grace.c).
 * Modelled: a leaf X that a host refers to; the host is in a slot.  `ender` uses X, takes the host out, and ends it when its time has come, and X
 * with it, if that was the last.
 *   own       `other` owns a reference to X, too: it uses X after a safepoint, and ends its reference.
 *   alias     the same, through an alias that outlives the reference.
 *   through   `other` owns a reference to the host: it ends that after it has borrowed X from the host's slot, and uses X.
 *   upgrade   a name leads to X, which X's death takes away.  `other` upgrades it and looks whether it is still X's.  `ender` makes another
 *             leaf in X's place, if X is dead, which only it may use.
 *   rename    the same, and that leaf may be named, too.
 *   immortal  the same, and that leaf is immortal.
 *
 * Why the orders suffice: every decrement releases (D4), and who finds one reference, or takes the last away, has acquired all
 * of them (D3).  What took X's name away came before the next object there was allowed a name, or immortal (D6); who has raised its
 * count has acquired that (D5), so its second look does not find the name.
 *
 * Checked: X dies once, after every use; what is in its place next is nobody else's; nothing leaks.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/deferral.h: DEFERRAL_BATCH = 124 -> DEFERRAL_BATCH = 2
 *
 * fault release_is_relaxed: an owner's decrement (D4) does not release
 *   runtimes/rc/deferred.c: cas_weak_release(&o->count -> cas_weak_relaxed(&o->count
 * fault last_is_relaxed: who finds that a reference is the last (D3) does not acquire
 *   runtimes/rc/deferred.c: const uint32_t count = load_acquire(&o->count); -> const uint32_t count = load_relaxed(&o->count);
 * fault final_does_not_release: what dies with its host does not release (D4)
 *   runtimes/rc/deferred.c: fetch_sub_acq_rel(&o->count -> fetch_sub_relaxed(&o->count
 * fault leaf_is_relaxed: who finds the last reference to a leaf (D3) does not acquire
 *   runtimes/rc/deferred.h: const uint32_t count = load_acquire(&ref.p->count); -> const uint32_t count = load_relaxed(&ref.p->count);
 * fault alias_is_ignored: a leaf ends though an alias relies on its reference
 *   runtimes/rc/deferred.h: (likely(!borrow_is_aliased(&rc_self(T)->borrows, ref.p)) || FAULT(ignore_alias)) -> true
 * fault host_ends_at_once: an owned reference to what is no leaf ends at once, if it is not the last
 *   runtimes/rc/deferred.c: || !is_leaf(o) || -> ||
 * fault last_is_taken_away: an owner takes away the last reference, and nobody ends the object
 *   runtimes/rc/deferred.c: if (is_last(count))\n            return false; -> ;
 * fault named_ends_blindly: an object that a name leads to ends without a look at its count
 *   runtimes/rc/deferred.c: is_last(count) && (count & DEFERRED_NAMED) == 0; -> is_last(count);
 * fault dead_is_raised: a dead object's count may be raised
 *   runtimes/rc/deferred.h: if (deferred_references(count) == 0 || -> if (
 * fault unnamed_is_raised: the count of an object that was not allowed a name may be raised
 *   runtimes/rc/deferred.h: || (count & DEFERRED_NAMED) == 0) -> )
 * fault upgrade_is_relaxed: (D5) does not acquire
 *   runtimes/rc/deferred.h: cas_weak_acquire(&o->count -> cas_weak_relaxed(&o->count
 * fault name_is_relaxed: (D6) does not release
 *   runtimes/rc/deferred.h: fetch_or_release(&o->count -> fetch_or_relaxed(&o->count
 * fault immortal_is_relaxed: (D6) of an immortal object does not release
 *   runtimes/rc/deferred.h: store_release(&o->count, DEFERRED_IMMORTAL); -> store_relaxed(&o->count, DEFERRED_IMMORTAL);
 * fault immortal_is_read_relaxed: (D5) of an immortal object does not acquire
 *   runtimes/rc/deferred.h: (void)load_acquire(&o->count); -> ;
 */
#include "tests/model/counting/deferred.h"
#include "tests/model/counting/programs.h"

static struct object x;
static struct {
    struct object object;
    rc_slot slot;
} host;
static rc_slot host_slot, owned;
static _Atomic(struct rc_header *) name;
static struct thread ender_thread, other_thread;

void object_empty(struct thread *T, struct object *object)
{
    if (object == &host.object)
        rc_release(T, rc_take(T, &host.slot));
    else
        store_relaxed(&name, NULL);
}

static void setup(void)
{
    struct thread *T = &ender_thread;
    attach(T);
    attach(&other_thread);
    report_name(&x, sizeof x, "X");
    report_name(&host, sizeof host, "host");
    rc_init_slot(T, &host.slot, make_leaf(T, &x));
    rc_init_slot(T, &host_slot, make(T, &host.object));
}

static void end_host(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &host_slot);
    f[1] = rc_load(T, rc_get(f[0]), &host.slot);
    use(rc_get(f[1]));
    rc_store(T, NULL, &host_slot, RC_NULL_REF);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    end_all(T);
}

/* --- own -------------------------------------------------------------------------------------------------------------- */

static void setup_own(void)
{
    setup();
    struct thread *T = &other_thread;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &host.slot);
    rc_init_slot(T, &owned, rc_own(T, f[0]));
    RC_LEAVE(T, f);
}

static void end_and_rest(void)
{
    end_host(&ender_thread);
    rest(&ender_thread);
}

/* What it takes out of the slot was never borrowed by another. */
static void use_and_end(void)
{
    struct thread *T = &other_thread;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, (rc_ref){rc_peek(&owned)});
    rc_init_slot(T, &owned, RC_NULL_REF);
    safepoint(T);
    use(rc_get(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    rest(T);
}

static void use_alias_and_end(void)
{
    struct thread *T = &other_thread;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, (rc_ref){rc_peek(&owned)});
    rc_init_slot(T, &owned, RC_NULL_REF);
    safepoint(T);
    f[1] = rc_dup(T, f[0]);
    rc_clear(T, &f[0]);
    use(rc_get(f[1]));
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    rest(T);
}

/* --- through ----------------------------------------------------------------------------------------------------------- */

static void setup_through(void)
{
    setup();
    struct thread *T = &other_thread;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &host_slot);
    rc_init_slot(T, &owned, rc_own(T, f[0]));
    RC_LEAVE(T, f);
}

/* What is borrowed from the host outlives the reference to the host. */
static void borrow_from_owned(void)
{
    struct thread *T = &other_thread;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, (rc_ref){rc_peek(&owned)});
    rc_init_slot(T, &owned, RC_NULL_REF);
    safepoint(T);
    f[1] = rc_load(T, rc_get(f[0]), &host.slot);
    rc_clear(T, &f[0]);
    use(rc_get(f[1]));
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    rest(T);
}

static void finish(void)
{
    detach(&other_thread);
    detach(&ender_thread);
    EXPECT(host.object.contents == DEAD && x.contents == DEAD);
    rc_stop();
}

static void finish_immortal(void)
{
    detach(&other_thread);
    detach(&ender_thread);
    EXPECT(host.object.contents == DEAD);
    rc_stop();
}

/* --- upgrade ----------------------------------------------------------------------------------------------------------- */

static void setup_upgrade(void)
{
    setup();
    rc_allow_upgrade(&ender_thread, &x.header);
    store_relaxed(&name, &x.header);
}

/* Makes a leaf in X's place, and `share` of it what others may look at by an old name. */
static void end_and_make_anew(void (*share)(struct thread *T, struct rc_header *o))
{
    struct thread *T = &ender_thread;
    end_host(T);
    if (is_free(&x)) {
        rc_ref ref = make_leaf(T, &x);
        share(T, ref.p);
        x.contents = ALIVE; /* nobody has it */
        rc_release(T, ref);
    }
    rest(T);
}

static void do_nothing(struct thread *T, struct rc_header *o) { (void)T, (void)o; }
static void end_and_make(void) { end_and_make_anew(do_nothing); }
static void end_and_name(void) { end_and_make_anew(rc_allow_upgrade); }
static void end_and_immortalize(void) { end_and_make_anew(rc_immortalize); }

static void look_by_name(void)
{
    struct thread *T = &other_thread;
    RC_FRAME(T, f, 1);
    safepoint(T);
    struct rc_header *found = load_acquire(&name);
    if (found != NULL)
        f[0] = rc_upgrade(T, found);
    if (rc_get(f[0]) != NULL && load_acquire(&name) == found)
        use(found);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    rest(T);
}

int main(int argc, char **argv)
{
    static const struct model programs[] = {
        {.name = "own",
         .threads = {"ender", "other"},
         .run = {end_and_rest, use_and_end},
         .setup = setup_own,
         .finish = finish,
         .bounds = {{2, 1}}},
        {.name = "alias",
         .threads = {"ender", "other"},
         .run = {end_and_rest, use_alias_and_end},
         .setup = setup_own,
         .finish = finish,
         .bounds = {{2, 1}}},
        {.name = "through",
         .threads = {"ender", "other"},
         .run = {end_and_rest, borrow_from_owned},
         .setup = setup_through,
         .finish = finish,
         .bounds = {{2, 1}}},
        {.name = "upgrade",
         .threads = {"ender", "other"},
         .run = {end_and_make, look_by_name},
         .setup = setup_upgrade,
         .finish = finish,
         .bounds = {{2, 1}}},
        {.name = "rename",
         .threads = {"ender", "other"},
         .run = {end_and_name, look_by_name},
         .setup = setup_upgrade,
         .finish = finish,
         .bounds = {{2, 1}}},
        {.name = "immortal",
         .threads = {"ender", "other"},
         .run = {end_and_immortalize, look_by_name},
         .setup = setup_upgrade,
         .finish = finish_immortal,
         .bounds = {{2, 1}}},
    };
    return programs_explore(argc, argv, programs, sizeof programs / sizeof *programs);
}
